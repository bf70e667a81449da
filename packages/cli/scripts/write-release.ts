import { join } from 'node:path';
import { member } from './bundle.ts';
import { writeRelease } from './release.ts';

const root = join(member, '..', '..');
const folder = join(root, 'dist', 'release');
const files = await writeRelease(folder, root);
console.log(`${folder}:\n${files.map((file) => `  ${file}`).join('\n')}`);
