import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CANARY_FLAG } from '@flaghoist/core/canary';
import { recomputedDigest } from '@flaghoist/core/intact';
import { FLAG_PREFIX } from '@flaghoist/core/storage/keys';
import { DATABASE_FILE, numberOf, openForReading } from './database.ts';
import { backupErrorOf, DataDamagedError, dataErrorOf } from './errors.ts';
import { isBeingRestored } from './in-place.ts';
import { SCHEMA_VERSION } from './schema.ts';

/** What is in a file, and what is wrong with it. */
export interface DataReport {
  readonly file: string;
  readonly schemaVersion: number;
  readonly bytes: number;
  /** Those of people, as are the revisions: the canary's is not counted. */
  readonly flags: number;
  readonly revisions: number;
  readonly documents: number;
  readonly letters: number;
  /** In words; nothing when it is whole. */
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 20;

/** A file of the first version has none. */
const hasNotes = (database: DatabaseSync): boolean =>
  numberOf(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'notes'") > 0;

/** Envelopes are sealed: of them it shows when a single letter is another one. */
const alteredEnvelopes = (database: DatabaseSync): readonly string[] => {
  const sealed = database
    .prepare(
      `SELECT region, pk, sk, json_extract(item, '$.envelope') AS body, json_extract(item, '$.envelopeDigest') AS digest
       FROM items JOIN places ON places.id = place
       WHERE name = 'flags' AND item IS NOT NULL AND json_extract(item, '$.envelope') IS NOT NULL`,
    )
    .iterate();
  // CURRENT has the bytes of a revision, and the standby those of home.
  const good = new Set<string>();
  const altered: string[] = [];
  for (const { region, pk, sk, body, digest } of sealed) {
    const own = hash('sha256', `${digest} ${body}`);
    if (good.has(own)) continue;
    if (recomputedDigest(String(body)) === digest) good.add(own);
    else altered.push(`${pk} ${sk} in ${region}`);
    if (altered.length === MOST_PROBLEMS) break;
  }
  return altered;
};

const problemsIn = (database: DatabaseSync): readonly string[] => {
  const found = database.prepare(`PRAGMA integrity_check(${MOST_PROBLEMS})`).all();
  const pages = found.map((row) => String(row['integrity_check'])).filter((text) => text !== 'ok');
  if (pages.length > 0) return pages;
  // A page has no checksum: what lies in one may have changed without a trace in its form.
  const texts = database
    .prepare(
      `SELECT pk || ' ' || sk AS name FROM items WHERE item IS NOT NULL AND NOT json_valid(item)
       UNION ALL SELECT 'stream record ' || pk || ' ' || sk FROM records
         WHERE (old IS NOT NULL AND NOT json_valid(old)) OR (new IS NOT NULL AND NOT json_valid(new))
       UNION ALL SELECT 'document ' || name FROM documents WHERE NOT json_valid(document)
       ${hasNotes(database) ? "UNION ALL SELECT kind || ' ' || id FROM notes WHERE NOT json_valid(text)" : ''}
       LIMIT ${MOST_PROBLEMS}`,
    )
    .all();
  const altered = texts.length > 0 ? texts.map(({ name }) => String(name)) : alteredEnvelopes(database);
  if (altered.length > 0) return altered.map((name) => `${name} is not what was written`);
  const orphans = database
    .prepare(
      `SELECT places.region, items.pk FROM items JOIN places ON places.id = items.place
       WHERE places.name = 'flags' AND items.sk = 'CURRENT' AND items.item IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM items AS revision WHERE revision.place = items.place AND revision.pk = items.pk
         AND revision.sk >= 'REVISION#' AND revision.sk < 'REVISION$'
         AND json_extract(revision.item, '$.envelopeDigest') = json_extract(items.item, '$.envelopeDigest')
       ) LIMIT ${MOST_PROBLEMS}`,
    )
    .all();
  return orphans.map(({ region, pk }) => `${pk} in ${region}: its CURRENT is none of its revisions`);
};

/** What stops the reading is what is wrong. */
const problemsOf = (database: DatabaseSync, file: string): readonly string[] => {
  try {
    return problemsIn(database);
  } catch (thrown) {
    const error = dataErrorOf(file, thrown);
    if (error instanceof DataDamagedError) return [error.found];
    throw error;
  }
};

/** Reads a file from end to end. The process that writes it is not in the way, nor is it disturbed. */
const reportOf = (file: string, folder: string): DataReport => {
  const database = openForReading(file, folder);
  try {
    const count = (sql: string): number => numberOf(database, `SELECT count(*) FROM ${sql}`);
    const problems = problemsOf(database, folder);
    const flags = `items JOIN places ON places.id = place
      WHERE name = 'flags' AND item IS NOT NULL AND pk <> '${FLAG_PREFIX}${CANARY_FLAG}' AND sk`;
    return {
      file,
      schemaVersion: numberOf(database, 'PRAGMA user_version'),
      bytes: statSync(file).size,
      flags: count(`(SELECT DISTINCT pk FROM ${flags} = 'CURRENT')`),
      revisions: count(`(SELECT DISTINCT pk, sk FROM ${flags} >= 'REVISION#' AND sk < 'REVISION$')`),
      documents: count('documents'),
      letters: count('letters'),
      problems,
    };
  } catch (error) {
    throw dataErrorOf(folder, error);
  } finally {
    database.close();
  }
};

/** @throws DataDamagedError for a folder into which a restore has not ended */
export const assertNotBeingRestored = (folder: string): void => {
  if (!isBeingRestored(folder)) return;
  throw new DataDamagedError(
    folder,
    'a restore into it has not ended; where nobody is at it, `hoist up` ends it, and so does the same restore',
  );
};

/** @throws NoDataError, DataNewerError, DataDamagedError, also for a folder into which a restore has not ended */
export const checkFolder = (folder: string): DataReport => {
  assertNotBeingRestored(folder);
  return reportOf(join(folder, DATABASE_FILE), folder);
};

/**
 * @param file a backup
 * @throws NoDataError for what is none; DataNewerError, DataDamagedError when not even its head can be read
 */
export const checkFile = (file: string): DataReport => {
  try {
    return reportOf(file, file);
  } catch (error) {
    throw backupErrorOf(file, error);
  }
};

/** Whether a file can be opened by this release. */
export const isWhole = ({ problems, schemaVersion }: DataReport): boolean =>
  problems.length === 0 && schemaVersion > 0 && schemaVersion <= SCHEMA_VERSION;
