import { build } from 'esbuild';

/** The provider as one file. OpenFeature's SDK is the application's own: two copies of it do not know each other's providers. */
export const bundle = async (member: string, outfile: string): Promise<void> => {
  await build({
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
  });
};
