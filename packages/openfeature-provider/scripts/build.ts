import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { pack } from './pack.ts';

const member = process.cwd();
const bundled = await bundle(member, 'dist/openfeature-provider.cjs');
// What it was made of, for the bill of materials.
writeFileSync(join(member, 'dist', 'meta.json'), JSON.stringify(bundled));
await pack(member, join(member, 'dist'));
