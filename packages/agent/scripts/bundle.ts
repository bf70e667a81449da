import { build } from 'esbuild';

/** The agent as one file that needs nothing but Node. */
export const bundle = async (member: string, outfile: string): Promise<void> => {
  await build({
    absWorkingDir: member,
    entryPoints: ['lib/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
};
