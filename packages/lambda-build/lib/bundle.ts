import { type BuildFailure, build, type Metafile } from 'esbuild';
import { BundleError } from './errors.ts';
import { usedImportsOnly } from './used-imports-only.ts';

export interface Bundle {
  code: Uint8Array;
  sourceMap: Uint8Array;
  metafile: Metafile;
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);

/**
 * One CommonJS file that exports `exportName` of the package's lib/index.ts and holds what that export reaches.
 * @throws BundleError with esbuild's messages
 */
export const bundle = async (packageDirectory: string, entryPoint: string, exportName: string): Promise<Bundle> => {
  try {
    const { outputFiles, metafile } = await build({
      // Paths in the bundle, its source map and the metafile are relative to this, so they are the same everywhere.
      absWorkingDir: packageDirectory,
      // As JavaScript: in TypeScript a missing export might be a type, and esbuild would leave it out without a word.
      stdin: {
        contents: `export { ${exportName} } from './lib/index.ts';\n`,
        resolveDir: packageDirectory,
        loader: 'js',
      },
      outfile: 'dist/index.js',
      write: false,
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      // ES module builds first: esbuild can leave out the unused parts of those only.
      mainFields: ['module', 'main'],
      plugins: [usedImportsOnly],
      logOverride: { 'ignored-bare-import': 'error' },
      minify: true,
      sourcemap: 'external',
      legalComments: 'none',
      metafile: true,
      logLevel: 'silent',
    });
    const output = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.contents;
    return {
      code: output('.js') ?? new Uint8Array(),
      sourceMap: output('.map') ?? new Uint8Array(),
      metafile,
    };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const messages = error.errors.map(({ text, location }) =>
      location ? `${location.file}:${location.line}: ${text}` : text,
    );
    throw new BundleError(entryPoint, messages, error);
  }
};
