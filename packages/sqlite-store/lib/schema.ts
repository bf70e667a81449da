import type { DatabaseSync } from 'node:sqlite';

/**
 * What brings a file from each version to the next one, the first from nothing. A step is never changed once it was
 * released: another one is added.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE places (id INTEGER PRIMARY KEY, region TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (region, name));
  CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL REFERENCES places,
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    item TEXT,
    created REAL NOT NULL,
    written REAL NOT NULL,
    writer TEXT NOT NULL,
    pending TEXT,
    undecided TEXT,
    moment TEXT,
    awaited TEXT
  );
  CREATE UNIQUE INDEX items_by_key ON items (place, pk, sk);
  CREATE INDEX items_pending ON items (place, pending) WHERE pending IS NOT NULL;
  CREATE INDEX items_undecided ON items (place, undecided) WHERE undecided IS NOT NULL;
  CREATE INDEX items_moment ON items (place, moment) WHERE moment IS NOT NULL;
  CREATE INDEX items_awaited ON items (place, awaited) WHERE awaited IS NOT NULL;
  CREATE TABLE records (
    place INTEGER NOT NULL REFERENCES places,
    shard INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at REAL NOT NULL,
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    old TEXT,
    new TEXT,
    PRIMARY KEY (place, shard, sequence)
  );
  CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    flag_key TEXT,
    change_id TEXT,
    type TEXT NOT NULL,
    at REAL NOT NULL,
    document TEXT NOT NULL
  );
  CREATE UNIQUE INDEX documents_by_name ON documents (region, name);
  CREATE INDEX documents_by_flag ON documents (region, flag_key, at) WHERE flag_key IS NOT NULL;
  CREATE INDEX documents_by_change ON documents (region, change_id, at) WHERE change_id IS NOT NULL;
  CREATE TABLE letters (number INTEGER PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, sent_at REAL NOT NULL);
  `,
  'CREATE TABLE notes (kind TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, id))',
  // So that a page of the newest documents is read from its end, without the rest being looked at.
  `
  DROP INDEX documents_by_flag;
  DROP INDEX documents_by_change;
  CREATE INDEX documents_by_flag ON documents (region, flag_key, at, name) WHERE flag_key IS NOT NULL;
  CREATE INDEX documents_by_change ON documents (region, change_id, at, name) WHERE change_id IS NOT NULL;
  CREATE INDEX documents_by_type ON documents (region, type, at, name);
  `,
];

/** The version that this release writes. */
export const SCHEMA_VERSION = steps.length;

/** "FLGH": which program a file belongs to. */
export const APPLICATION_ID = 0x464c4748;

/** Brings a file to this release's version, all or nothing. */
export const migrate = (database: DatabaseSync, from: number): void => {
  if (from === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(from)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};
