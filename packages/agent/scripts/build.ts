import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf, packagesOf } from '@flaghoist/lambda-build/bundled-packages';
import { licenseTexts } from '@flaghoist/lambda-build/license-texts';
import { bundle } from './bundle.ts';

const member = process.cwd();
const bundled = await bundle(member, 'dist/agent.cjs');
// What it was made of, for the bill of materials.
writeFileSync(join(member, 'dist', 'meta.json'), JSON.stringify(bundled));
// Whoever gives the bundle away gives these with it.
writeFileSync(join(member, 'dist', 'LICENSES.txt'), licenseTexts(packagesOf(inputsOf(bundled, member))));
