import { join, normalize } from 'node:path';
import { argumentOf, readSourceModule, type SourceModule } from './module.ts';

/** The name of what `prepareOffline` adds to each module; no source of anybody's. */
export const PROBE = 'flaghoist_probe';

export const PROBE_FILE = `${PROBE}.tf.json`;

/** Where the sources of a call stand, from the stack's folder; `undefined` for what is not beside it. */
export const folderOfCall = (module: SourceModule, folder: string, call: string): string | undefined => {
  const source = argumentOf(module.calls.get(call), 'source')?.text;
  const path = source?.startsWith('"') === true ? (JSON.parse(source) as string) : undefined;
  return path?.startsWith('.') === true ? normalize(join(folder, path)) : undefined;
};

/**
 * The sources of a stack and of all modules that it calls, by their folder, from the stack's own (`.`).
 *
 * @param skip files that are not the stack's own
 */
export const readSourceModules = async (
  stackDirectory: string,
  skip: (file: string) => boolean = (file) => file === PROBE_FILE,
): Promise<ReadonlyMap<string, SourceModule>> => {
  const found = new Map<string, SourceModule>();
  const read = async (folder: string): Promise<void> => {
    if (found.has(folder)) return;
    const module = await readSourceModule(join(stackDirectory, folder), skip);
    found.set(folder, module);
    for (const call of module.calls.keys()) {
      const below = folderOfCall(module, folder, call);
      if (below !== undefined) await read(below);
    }
  };
  await read('.');
  return found;
};
