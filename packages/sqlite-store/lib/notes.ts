import type { DatabaseSync } from 'node:sqlite';
import { dataErrorOf } from './errors.ts';

/** Small texts by their ids that a server keeps for itself, beside the tables of its world. */
export interface Notes {
  all(): readonly string[];
  /** On the disk when it returns. @throws DataNotWritableError */
  put(id: string, text: string): void;
  /** @throws DataNotWritableError */
  delete(id: string): void;
}

/** @param folder for messages */
export const notesIn = (database: DatabaseSync, kind: string, folder: string): Notes => {
  const write = (sql: string, ...given: readonly string[]): void => {
    try {
      database.prepare(sql).run(kind, ...given);
    } catch (error) {
      throw dataErrorOf(folder, error);
    }
  };
  return {
    all: () => {
      const rows = database.prepare('SELECT text FROM notes WHERE kind = ? ORDER BY id').all(kind);
      return rows.map(({ text }) => String(text));
    },
    put: (id, text) => write('INSERT OR REPLACE INTO notes (kind, id, text) VALUES (?, ?, ?)', id, text),
    delete: (id) => write('DELETE FROM notes WHERE kind = ? AND id = ?', id),
  };
};
