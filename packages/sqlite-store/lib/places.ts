import type { DatabaseSync } from 'node:sqlite';
import type { TableName } from '@flaghoist/in-memory/journal';

/** The numbers of a file's tables. */
export class Places {
  readonly #database: DatabaseSync;
  readonly #numbers = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Gives it one where it has none yet. */
  numberOf(name: TableName): number {
    const key = `${name.region} ${name.table}`;
    const known = this.#numbers.get(key) ?? this.find(name) ?? this.#add(name);
    this.#numbers.set(key, known);
    return known;
  }

  find({ region, table }: TableName): number | undefined {
    const found = this.#database.prepare('SELECT id FROM places WHERE region = ? AND name = ?').get(region, table);
    return found === undefined ? undefined : Number(found['id']);
  }

  #add({ region, table }: TableName): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO places (region, name) VALUES (?, ?)')
      .run(region, table);
    return Number(lastInsertRowid);
  }
}
