import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const member = fileURLToPath(new URL('..', import.meta.url));
const root = join(member, '..', '..');
const dist = join(member, 'dist');

// A part for each command, so that a command reads its own alone. The parts of the build before would stay otherwise.
rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: member,
  entryPoints: { hoist: 'lib/main.ts' },
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  external: ['@cdktf/hcl2json'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'parts/[name]-[hash]',
  metafile: true,
});

// What scripts/fast-start.mjs looks at, to know whether anything has to be built anew.
const inputs = Object.keys(metafile.inputs).map((input) => relative(root, join(member, input)));
writeFileSync(join(dist, 'inputs.txt'), `${inputs.sort().join('\n')}\n`);
