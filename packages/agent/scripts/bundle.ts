import { build, type Metafile } from 'esbuild';

/** The agent as one file that needs nothing but Node. */
export const bundle = async (member: string, outfile: string): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir: member,
    entryPoints: ['lib/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // Node loads its `fetch`, and with it WebAssembly, for whoever imports `node:http` so: some MiB that nothing here needs.
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  return metafile;
};
