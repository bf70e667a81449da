import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { inputsOf, packagesOf } from './bundled-packages.ts';
import { licenseTexts } from './license-texts.ts';

/**
 * Writes beside a member's bundle, in `dist`, what it was made of: `meta.json`, which the bill of materials of a release is made
 * from, and `LICENSES.txt`, which whoever gives the bundle away gives with it.
 */
export const writeOrigins = (member: string, bundled: Metafile): void => {
  writeFileSync(join(member, 'dist', 'meta.json'), JSON.stringify(bundled));
  writeFileSync(join(member, 'dist', 'LICENSES.txt'), licenseTexts(packagesOf(inputsOf(bundled, member))));
};
