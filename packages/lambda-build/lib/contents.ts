import type { Metafile } from 'esbuild';

export interface BundleInput {
  /** Relative to its package: `@flaghoist/core/lib/order.ts`, `zod/v4/core/parse.js`. */
  path: string;
  package: string;
  /** What is left of it in the minified bundle. */
  bytes: number;
}

const nodeModules = 'node_modules/';

/** `zod/v4/x.js` → `zod`; `@scope/name/x.js` → `@scope/name`. */
const packageOf = (path: string): string => {
  const parts = path.split('/');
  return parts.slice(0, path.startsWith('@') ? 2 : 1).join('/');
};

const isGenerated = (path: string): boolean => path === '<stdin>' || path.startsWith('(disabled)');

/**
 * @param path as esbuild gives it, relative to the member: `lib/handler.ts`, `../core/lib/order.ts`,
 *   `../../node_modules/.pnpm/zod@4/node_modules/zod/v4/x.js`
 */
const nameOf = (path: string, memberFolder: string): string => {
  const inStore = path.lastIndexOf(nodeModules);
  if (inStore >= 0) return path.slice(inStore + nodeModules.length);
  // Members are siblings, and each is named after its folder.
  return path.startsWith('../') ? `@flaghoist/${path.slice('../'.length)}` : `@flaghoist/${memberFolder}/${path}`;
};

/** The files of which something is left in the bundle, largest first. */
export const inputsOf = (metafile: Metafile, memberFolder: string): BundleInput[] =>
  Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !isGenerated(path))
    .map(([path, { bytesInOutput }]) => {
      const name = nameOf(path, memberFolder);
      return { path: name, package: packageOf(name), bytes: bytesInOutput };
    })
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));

/** The packages of which something is left in the bundle, by name. */
export const packagesOf = (inputs: readonly BundleInput[]): string[] =>
  [...new Set(inputs.map((input) => input.package))].sort();
