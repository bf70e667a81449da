import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { unreadable } from '../../read-input.ts';

export interface NamedFile {
  /** As its user calls it, or finds it below the folder that he named. */
  readonly path: string;
  /** Named by itself: it has to hold flags. What only lies in a folder may be something else. */
  readonly named: boolean;
}

export const STDIN = '-';

const read: ReadonlySet<string> = new Set(['.json', '.yaml', '.yml']);

/**
 * The files that are named, and all JSON and YAML in the folders that are, sorted by path. What begins with a dot, and
 * node_modules, is left out.
 *
 * @throws UnreadableFileError
 */
export const findFiles = async (paths: readonly string[]): Promise<readonly NamedFile[]> => {
  const found = await Promise.all(
    paths.map(async (path) => {
      if (path === STDIN || !(await isFolder(path))) return [{ path, named: true }];
      const inside = await readdir(path, { recursive: true, withFileTypes: true });
      return inside
        .filter((entry) => entry.isFile() && read.has(extname(entry.name).toLowerCase()))
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => !isHidden(file.slice(path.length)))
        .sort()
        .map((file) => ({ path: file, named: false }));
    }),
  );
  const once = new Map<string, NamedFile>();
  for (const file of found.flat()) once.set(file.path, once.get(file.path) ?? file);
  return [...once.values()];
};

const isHidden = (path: string): boolean =>
  path.split(/[\\/]/).some((part) => part === 'node_modules' || (part.startsWith('.') && part.length > 1));

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
};
