import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DataDamagedError, DataNewerError, dataErrorOf, NoDataError } from './errors.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './schema.ts';
import { openFile } from './sqlite.ts';

/** The file in a data folder. */
export const DATABASE_FILE = 'flaghoist.db';

/** What a query of one number gives. */
export const numberOf = (database: DatabaseSync, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);

/** @throws DataDamagedError, DataNewerError */
const assertOurs = (database: DatabaseSync, folder: string): number => {
  const version = numberOf(database, 'PRAGMA user_version');
  const isNew = version === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (!isNew && numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new DataDamagedError(folder, `${DATABASE_FILE} was not written by flaghoist`);
  }
  if (version > SCHEMA_VERSION) throw new DataNewerError(folder, version, SCHEMA_VERSION);
  return version;
};

const opened = (folder: string, open: () => DatabaseSync, prepare: (database: DatabaseSync) => void): DatabaseSync => {
  let database: DatabaseSync | undefined;
  try {
    database = open();
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    throw dataErrorOf(folder, error);
  }
};

/**
 * Opens a folder's file for its one writer, and makes it where there is none. What is committed is on the disk: WAL with
 * `synchronous = FULL`.
 *
 * @throws DataDamagedError, DataNewerError, DataNotWritableError
 */
export const openForWriting = (folder: string): DatabaseSync =>
  opened(
    folder,
    () => openFile(join(folder, DATABASE_FILE)),
    (database) => {
      const version = assertOurs(database, folder);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${PAGES_PER_CHECKPOINT}`);
      migrate(database, version);
    },
  );

/** Pages that SQLite keeps in memory. */
const CACHE_KIB = 16_384;
/**
 * So much of the log is copied into the file at once, 40 MB: the writer waits for that, and a page that was written often meanwhile is
 * copied once.
 */
const PAGES_PER_CHECKPOINT = 10_000;

/**
 * Opens a file to look at it, also beside the process that writes it.
 *
 * @throws NoDataError, DataDamagedError, DataNewerError
 */
export const openForReading = (file: string, folder: string): DatabaseSync => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new NoDataError(file, 'is not there');
  if (found.isDirectory()) throw new NoDataError(file, 'is a folder, and no file');
  return opened(
    folder,
    () => openFile(file, { readOnly: true }),
    (database) => void assertOurs(database, folder),
  );
};
