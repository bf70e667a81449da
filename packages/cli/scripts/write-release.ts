import { join } from 'node:path';
import { refuseOtherThanCommitted } from './as-committed.ts';
import { member } from './bundle.ts';
import { version } from './hoist-tarball.ts';
import { writeRelease } from './release.ts';

const root = join(member, '..', '..');
const folder = join(root, 'dist', 'release');
refuseOtherThanCommitted(root, version);
const files = await writeRelease(folder, root);
console.log(`${folder}:\n${files.map((file) => `  ${file}`).join('\n')}`);
