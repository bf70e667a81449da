import { build, type Metafile } from 'esbuild';

/** The provider as one file. OpenFeature's SDK is the application's own: two copies of it do not know each other's providers. */
export const bundle = async (member: string, outfile: string): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir: member,
    entryPoints: ['lib/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@openfeature/server-sdk'],
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  return metafile;
};
