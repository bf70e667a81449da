import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkFile, checkFolder, type DataReport, isWhole } from './check.ts';
import { DATABASE_FILE, openForReading } from './database.ts';
import { DataDamagedError, DataNotWritableError, dataErrorOf, TargetExistsError } from './errors.ts';
import { lock } from './lock.ts';

/** What is written beside its place until it is whole. */
const UNFINISHED = '.unfinished';

const toDisk = (path: string): void => {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

/** Puts a whole file in its place: after a crash it is there as it should be, or not at all. */
const finish = (unfinished: string, target: string): void => {
  toDisk(unfinished);
  renameSync(unfinished, target);
  toDisk(dirname(target));
};

const assertWhole = (report: DataReport, kind: 'data folder' | 'backup'): DataReport => {
  if (isWhole(report)) return report;
  throw new DataDamagedError(report.file, report.problems.join('; ') || 'it is empty', undefined, kind);
};

/**
 * Writes all that is committed at this moment into a file, also while a world runs: it is one reading, and the one who
 * writes goes on.
 *
 * @throws NoDataError, DataDamagedError, TargetExistsError, DataNotWritableError
 */
export const backUp = (folder: string, target: string): DataReport => {
  if (existsSync(target)) throw new TargetExistsError(target);
  const unfinished = target + UNFINISHED;
  rmSync(unfinished, { force: true });
  const database = openForReading(join(folder, DATABASE_FILE), folder);
  try {
    database.prepare('VACUUM INTO ?').run(unfinished);
    assertWhole(checkFile(unfinished), 'data folder');
    finish(unfinished, target);
    return checkFile(target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    const told = dataErrorOf(target, error);
    // What is damaged may ask for more room than any disk has: SQLite calls that a full one.
    if (told instanceof DataNotWritableError) assertWhole(checkFolder(folder), 'data folder');
    throw told;
  } finally {
    database.close();
  }
};

/** What a file was called before another one took its place. */
const replacedName = (folder: string): string => {
  for (let number = 1; ; number += 1) {
    const name = join(folder, `replaced-${number}`);
    if (!existsSync(name)) return name;
  }
};

export interface Restored extends DataReport {
  /** Where the data went that was there before; `null`: there was none. */
  readonly replaced: string | null;
}

/**
 * Puts a backup in the place of a folder's data, which is moved aside and kept. No world may have the folder.
 *
 * @throws NoDataError, DataDamagedError, DataNewerError of the backup; DataInUseError, DataNotWritableError of the folder
 */
export const restore = (backup: string, folder: string): Restored => {
  assertWhole(checkFile(backup), 'backup');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataNotWritableError(folder, 'it cannot be made', error);
  }
  const giveBack = lock(folder);
  try {
    const file = join(folder, DATABASE_FILE);
    const unfinished = file + UNFINISHED;
    copyFileSync(backup, unfinished);
    const replaced = existsSync(file) ? replacedName(folder) : null;
    if (replaced !== null) {
      mkdirSync(replaced, { mode: 0o700 });
      for (const end of ['', '-wal', '-shm']) {
        if (existsSync(file + end)) renameSync(file + end, join(replaced, DATABASE_FILE + end));
      }
    }
    finish(unfinished, file);
    return { ...checkFolder(folder), replaced };
  } finally {
    giveBack();
  }
};
