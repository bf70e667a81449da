import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { member } from './bundle.ts';

const HCL2JSON = '@cdktf/hcl2json';

/** By what name the tarball's own package.json maps to the file; every part of the bundle can import it by that. */
const NAME = '#hcl2json';

/** Leaves the import of hcl2json to the tarball's own package.json. */
export const hcl2jsonBeside: Plugin = {
  name: 'hcl2json-beside',
  setup: ({ onResolve }) =>
    onResolve({ filter: new RegExp(`^${HCL2JSON}$`) }, () => ({ path: NAME, external: true, sideEffects: false })),
};

/** Where it lies in the tarball, for `imports` of its package.json. */
export const hcl2jsonImports = { [NAME]: './dist/hcl2json/lib/index.cjs' };

/**
 * Bundles hcl2json into a file of its own, with its WebAssembly where it looks for it: in the folder above. As CommonJS, because it
 * finds that folder by `__dirname`.
 *
 * @param dist the folder of the tarball's bundle
 */
export const bundleHcl2json = async (dist: string): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir: member,
    stdin: {
      contents: `export { getExpressionAst, parse } from '${HCL2JSON}';\n`,
      resolveDir: member,
      loader: 'js',
    },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // It would ask for a package of that name in a Node without the global of that name.
    external: ['performance'],
    legalComments: 'none',
    logLevel: 'warning',
    outfile: join(dist, 'hcl2json', 'lib', 'index.cjs'),
    metafile: true,
  });
  const { resolve } = createRequire(join(member, 'package.json'));
  copyFileSync(resolve(`${HCL2JSON}/main.wasm.gz`), join(dist, 'hcl2json', 'main.wasm.gz'));
  return metafile;
};
