import { writeOrigins } from '@flaghoist/lambda-build/origins';
import { bundle } from './bundle.ts';

const member = process.cwd();
writeOrigins(member, await bundle(member, 'dist/agent.cjs'));
