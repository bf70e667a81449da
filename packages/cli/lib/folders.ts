import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

export const mayWriteIn = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return isFolder(folder);
  } catch {
    return false;
  }
};

/** What stands in the way of a folder that is written to, and made if it is not there; nothing where it can be. */
export const obstacleTo = (folder: string): string | undefined => {
  let nearest = resolve(folder);
  while (!existsSync(nearest)) nearest = dirname(nearest);
  return mayWriteIn(nearest) ? undefined : nearest;
};
