import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DataDamagedError, DataNewerError, dataErrorOf, NoDataError } from './errors.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './schema.ts';
import { hasHadKey } from './signing-key.ts';
import { openFile } from './sqlite.ts';

/** The file in a data folder. */
export const DATABASE_FILE = 'flaghoist.db';

/** What a query of one number gives. */
export const numberOf = (database: DatabaseSync, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);

/** A file in which nothing was written yet. */
const isNew = (database: DatabaseSync): boolean =>
  numberOf(database, 'PRAGMA user_version') === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;

/** @throws DataDamagedError, DataNewerError */
const assertOurs = (database: DatabaseSync, folder: string): number => {
  const version = numberOf(database, 'PRAGMA user_version');
  if (!isNew(database) && numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
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

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const emptied = (folder: string, found: string): DataDamagedError =>
  new DataDamagedError(
    folder,
    `${DATABASE_FILE} ${found}, although the folder was in use; a new world begins in another folder`,
  );

/**
 * Looks before SQLite does: it throws the log of an empty file away, and with it all changes that were in the log alone.
 *
 * @throws DataDamagedError
 */
const assertNotEmptied = (folder: string): void => {
  const file = join(folder, DATABASE_FILE);
  if (sizeOf(file) > 0) return;
  if (hasHadKey(folder) || sizeOf(`${file}-wal`) > 0) throw emptied(folder, existsSync(file) ? 'is empty' : 'is gone');
};

/**
 * Opens a folder's file for its one writer, and makes it where there is none. What is committed is on the disk: WAL with
 * `synchronous = FULL`.
 *
 * @throws DataDamagedError, DataNewerError, DataNotWritableError
 */
export const openForWriting = (folder: string): DatabaseSync => {
  assertNotEmptied(folder);
  return opened(
    folder,
    () => openFile(join(folder, DATABASE_FILE)),
    (database) => {
      const version = assertOurs(database, folder);
      if (isNew(database) && hasHadKey(folder)) throw emptied(folder, 'holds nothing');
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${PAGES_PER_CHECKPOINT}`);
      migrate(database, version);
    },
  );
};

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
    (database) => {
      assertOurs(database, folder);
      if (isNew(database)) throw new NoDataError(file, 'holds nothing');
    },
  );
};
