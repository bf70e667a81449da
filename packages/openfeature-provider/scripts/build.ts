import { join } from 'node:path';
import { writeOrigins } from '@flaghoist/lambda-build/origins';
import { bundle } from './bundle.ts';
import { pack } from './pack.ts';

const member = process.cwd();
writeOrigins(member, await bundle(member, 'dist/openfeature-provider.cjs'));
await pack(member, join(member, 'dist'));
