import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertNotBeingRestored, checkFile, checkFolder, type DataReport, isWhole } from './check.ts';
import { DATABASE_FILE, openForReading } from './database.ts';
import { DataDamagedError, DataNotWritableError, dataErrorOf, TargetExistsError } from './errors.ts';
import { finish, finishRestore, putInPlace } from './in-place.ts';
import { lock } from './lock.ts';

/** What is written beside its place until it is whole. */
const UNFINISHED = '.unfinished';

/** What errors call a file: by the folder, or by the backup, that the user named. */
interface Named {
  readonly named: string;
  readonly kind: 'data folder' | 'backup';
}

const assertWhole = (report: DataReport, { named, kind }: Named): DataReport => {
  if (isWhole(report)) return report;
  throw new DataDamagedError(named, report.problems.join('; ') || 'it is empty', undefined, kind);
};

interface Source extends Named {
  readonly file: string;
}

/** Writes all that a file and its log hold into another file, and reads it again. It is one reading: who writes goes on. */
const copyWhole = ({ file, ...source }: Source, target: string): DataReport => {
  rmSync(target, { force: true });
  const database = openForReading(file, source.named);
  try {
    database.prepare('VACUUM INTO ?').run(target);
    return assertWhole(checkFile(target), source);
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  } finally {
    database.close();
  }
};

/**
 * Writes all that is committed at this moment into a file, also while a world runs.
 *
 * @throws NoDataError, DataDamagedError, TargetExistsError, DataNotWritableError
 */
export const backUp = (folder: string, target: string): DataReport => {
  if (existsSync(target)) throw new TargetExistsError(target);
  assertNotBeingRestored(folder);
  const source = { file: join(folder, DATABASE_FILE), named: folder, kind: 'data folder' } as const;
  try {
    const report = copyWhole(source, target + UNFINISHED);
    finish(target + UNFINISHED, target);
    return { ...report, file: target };
  } catch (error) {
    const told = dataErrorOf(target, error);
    // What is damaged may ask for more room than any disk has: SQLite calls that a full one.
    if (told instanceof DataNotWritableError) assertWhole(checkFolder(folder), source);
    throw told;
  }
};

export interface Restored extends DataReport {
  /** Where the data went that was there before; `null`: there was none. */
  readonly replaced: string | null;
}

/**
 * Puts a backup in the place of a folder's data, which is moved aside and kept. No world may have the folder. A data folder's own
 * file is a backup too, with what is in its log.
 *
 * @throws NoDataError, DataDamagedError, DataNewerError of the backup; DataInUseError, DataNotWritableError of the folder
 */
export const restore = (backup: string, folder: string): Restored => {
  assertWhole(checkFile(backup), { named: backup, kind: 'backup' });
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataNotWritableError(folder, 'it cannot be made', error);
  }
  const giveBack = lock(folder);
  try {
    finishRestore(folder);
    const file = join(folder, DATABASE_FILE);
    const report = copyWhole({ file: backup, named: backup, kind: 'backup' }, file + UNFINISHED);
    return { ...report, file, replaced: putInPlace(file + UNFINISHED, folder) };
  } catch (error) {
    throw dataErrorOf(folder, error);
  } finally {
    giveBack();
  }
};
