import { join } from 'node:path';
import { writeOrigins } from '@flaghoist/lambda-build/origins';
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
  // esbuild does not know these names: bundled packages import createRequire by its own.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  metafile: true,
});
writeOrigins(member, metafile);
