import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DATABASE_FILE } from './database.ts';

const toDisk = (path: string): void => {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

/** Puts a whole file in its place: after a crash it is there as it should be, or not at all. */
export const finish = (unfinished: string, target: string): void => {
  toDisk(unfinished);
  renameSync(unfinished, target);
  toDisk(dirname(target));
};

/** What is restored, whole, on its way to its place. */
const RESTORED = /^restored-(?<number>[1-9]\d*)\.db$/;

const restoredIn = (folder: string): { readonly name: string; readonly number: string } | undefined => {
  for (const name of readdirSync(folder)) {
    const number = RESTORED.exec(name)?.groups?.['number'];
    if (number !== undefined) return { name, number };
  }
  return undefined;
};

/** Whether a restore was interrupted when it had all that it needs. */
export const isBeingRestored = (folder: string): boolean => existsSync(folder) && restoredIn(folder) !== undefined;

/** A file and its log belong together: neither is ever left to another one. */
const ENDS = ['-wal', '-shm', ''];

/**
 * Moves what a folder has aside, and what is restored in its place. After a crash the same call goes on where it stood, so
 * nobody finds a folder with half of either.
 *
 * @returns where the data went that was there before; `null`: there was none
 */
export const finishRestore = (folder: string): string | null => {
  const restored = restoredIn(folder);
  if (restored === undefined) return null;
  const file = join(folder, DATABASE_FILE);
  const replaced = join(folder, `replaced-${restored.number}`);
  for (const end of ENDS) {
    if (!existsSync(file + end)) continue;
    mkdirSync(replaced, { recursive: true, mode: 0o700 });
    renameSync(file + end, join(replaced, DATABASE_FILE + end));
  }
  if (existsSync(replaced)) toDisk(replaced);
  finish(join(folder, restored.name), file);
  return existsSync(replaced) ? replaced : null;
};

/**
 * Puts a whole file in the place of a folder's data.
 *
 * @returns where the data went that was there before; `null`: there was none
 */
export const putInPlace = (unfinished: string, folder: string): string | null => {
  let number = 1;
  while (existsSync(join(folder, `replaced-${number}`))) number += 1;
  finish(unfinished, join(folder, `restored-${number}.db`));
  return finishRestore(folder);
};
