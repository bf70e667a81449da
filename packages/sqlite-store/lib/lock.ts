import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DataInUseError, dataErrorOf, isBusy } from './errors.ts';
import { openFile } from './sqlite.ts';

/** Lies in the folder from the first time on; empty, and held or not. */
export const LOCK_FILE = 'lock';

/**
 * Takes a folder for this process. The lock is the operating system's, on a file of its own: it ends with the process,
 * however that ends, and who only reads the data is not in its way.
 *
 * @returns what gives the folder back
 * @throws DataInUseError, DataNotWritableError
 */
export const lock = (folder: string): (() => void) => {
  let file: DatabaseSync | undefined;
  try {
    file = openFile(join(folder, LOCK_FILE));
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file?.close();
    throw isBusy(error) ? new DataInUseError(folder) : dataErrorOf(folder, error);
  }
  const held = file;
  return () => held.close();
};
