import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { pack } from './pack.ts';

const member = process.cwd();
await bundle(member, 'dist/openfeature-provider.cjs');
await pack(member, join(member, 'dist'));
