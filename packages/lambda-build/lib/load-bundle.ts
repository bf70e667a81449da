import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { BundleIncompleteError } from './errors.ts';

export interface ProcessMembers {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdout?: { write(text: string): boolean };
}

/**
 * Runs a zip's index.js as Lambda would, and returns what it exports. It can require Node's own modules and nothing else,
 * so a bundle that lacks something fails here; a package that happens to be installed is no help.
 *
 * In the caller's realm, not in a new vm context: its errors are then `instanceof Error` for the test.
 * @param differently members of `process` that the bundle sees instead of the caller's
 * @throws BundleIncompleteError
 */
export const loadBundle = (zip: Uint8Array, differently: ProcessMembers = {}): Record<string, unknown> => {
  const code = new TextDecoder().decode(unzipSync(zip)['index.js']);
  const requireAnything = createRequire(join(process.cwd(), 'index.js'));
  const seenProcess: unknown = Object.create(process, Object.getOwnPropertyDescriptors(differently));
  const requireBuiltin = (specifier: string): unknown => {
    if (specifier === 'process' || specifier === 'node:process') return seenProcess;
    if (!isBuiltin(specifier)) throw new BundleIncompleteError(specifier);
    return requireAnything(specifier);
  };
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const run = new Function('module', 'exports', 'require', 'process', '__filename', '__dirname', code);
  run(module, module.exports, requireBuiltin, seenProcess, '/var/task/index.js', '/var/task');
  return module.exports;
};
