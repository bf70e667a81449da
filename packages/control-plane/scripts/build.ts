import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf, packagesOf } from '@flaghoist/lambda-build/bundled-packages';
import { licenseTexts } from '@flaghoist/lambda-build/license-texts';
import { build } from 'esbuild';

const member = join(import.meta.dirname, '..');

// One file for the container: see the Dockerfile.
const { metafile } = await build({
  absWorkingDir: member,
  entryPoints: { server: 'lib/main.ts' },
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  metafile: true,
});
// What it was made of, for the bill of materials.
writeFileSync(join(member, 'dist', 'meta.json'), JSON.stringify(metafile));
// Whoever gives the image away gives these with it.
writeFileSync(join(member, 'dist', 'LICENSES.txt'), licenseTexts(packagesOf(inputsOf(metafile, member))));
