import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { BundleIncompleteError } from './errors.ts';

/**
 * Runs a zip's index.js as Lambda would, and returns what it exports. It can require Node's own modules and nothing else,
 * so a bundle that lacks something fails here; a package that happens to be installed is no help.
 *
 * In the caller's realm, not in a new vm context: the bundle then sees the `process.env` that a jest test sets, and its
 * errors are `instanceof Error` for the test.
 * @throws BundleIncompleteError
 */
export const loadBundle = (zip: Uint8Array): Record<string, unknown> => {
  const code = new TextDecoder().decode(unzipSync(zip)['index.js']);
  const requireAnything = createRequire(join(process.cwd(), 'index.js'));
  const requireBuiltin = (specifier: string): unknown => {
    if (!isBuiltin(specifier)) throw new BundleIncompleteError(specifier);
    return requireAnything(specifier);
  };
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const run = new Function('module', 'exports', 'require', '__filename', '__dirname', code);
  run(module, module.exports, requireBuiltin, '/var/task/index.js', '/var/task');
  return module.exports;
};
