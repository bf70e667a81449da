import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundleInto, member } from './bundle.ts';

const root = join(member, '..', '..');
const dist = join(member, 'dist');

// The parts of the build before would stay otherwise.
rmSync(dist, { recursive: true, force: true });
const metafile = await bundleInto(dist, { sourcemap: true });

// What scripts/fast-start.mjs looks at, to know whether anything has to be built anew.
const inputs = Object.keys(metafile.inputs).map((input) => relative(root, join(member, input)));
writeFileSync(join(dist, 'inputs.txt'), `${inputs.sort().join('\n')}\n`);
