import type { DatabaseSync, DatabaseSyncOptions } from 'node:sqlite';

/** Opens a file. Node's SQLite warns that it is experimental when it is loaded: only who opens a file loads it. */
export const openFile = (file: string, options: DatabaseSyncOptions = {}): DatabaseSync => {
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  return new Database(file, options);
};
