import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const member = fileURLToPath(new URL('..', import.meta.url));

// One file for the container: see the Dockerfile.
await build({
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
});
