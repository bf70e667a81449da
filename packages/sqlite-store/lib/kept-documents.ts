import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditDocument, AuditQuery } from '@flaghoist/core/ports/audit-index';
import type { KeptDocuments } from '@flaghoist/in-memory/journal';

/** One region's audit trail, in the file. */
export class SqliteDocuments implements KeptDocuments {
  readonly #database: DatabaseSync;
  readonly #region: string;
  readonly #has: StatementSync;

  constructor(database: DatabaseSync, region: string) {
    this.#database = database;
    this.#region = region;
    this.#has = database.prepare('SELECT 1 FROM documents WHERE region = ? AND name = ?');
  }

  has(id: string): boolean {
    return this.#has.get(this.#region, id) !== undefined;
  }

  count(): number {
    const row = this.#database.prepare('SELECT count(*) AS n FROM documents WHERE region = ?').get(this.#region);
    return Number(row?.['n']);
  }

  search({ flagKey, changeId, type }: AuditQuery): readonly AuditDocument[] {
    const asked = Object.entries({ flag_key: flagKey, change_id: changeId, type }).flatMap(([column, value]) =>
      value === undefined ? [] : [{ column, value }],
    );
    const bounds = asked.map(({ column }) => ` AND ${column} = ?`).join('');
    // What happened at the same millisecond stays in the order in which it was written.
    const rows = this.#database
      .prepare(`SELECT document FROM documents WHERE region = ?${bounds} ORDER BY at, id`)
      .all(this.#region, ...asked.map(({ value }) => value));
    return rows.map(({ document }): AuditDocument => JSON.parse(String(document)));
  }
}
