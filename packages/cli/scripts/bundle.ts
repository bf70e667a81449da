import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';

export const member = fileURLToPath(new URL('..', import.meta.url));

export interface BundleOptions {
  readonly sourcemap: boolean;
  readonly plugins?: readonly Plugin[];
}

/** Bundles hoist into a folder: a part for each command, so that a command reads its own alone. */
export const bundleInto = async (outdir: string, { sourcemap, plugins = [] }: BundleOptions): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir: member,
    entryPoints: { hoist: 'lib/main.ts' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    sourcemap,
    legalComments: 'none',
    logLevel: 'warning',
    // It reads its WebAssembly from a file beside it.
    external: ['@cdktf/hcl2json'],
    plugins: [...plugins],
    // esbuild does not know these names: bundled packages import createRequire by its own.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'parts/[name]-[hash]',
    metafile: true,
  });
  return metafile;
};
