import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditDocument, AuditQuery, TrailPage, TrailQuery } from '@flaghoist/core/ports/audit-index';
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

  search(query: AuditQuery): readonly AuditDocument[] {
    // What happened at the same millisecond stays in the order in which it was written.
    return this.#documents(equalities(query), 'ORDER BY at, id');
  }

  newest({ since, until, ...query }: TrailQuery, { limit, before }: TrailPage): readonly AuditDocument[] {
    const bounds: Bound[] = [
      ...equalities(query),
      ...(since === undefined ? [] : [{ where: 'at >= ?', values: [since] }]),
      ...(until === undefined ? [] : [{ where: 'at <= ?', values: [until] }]),
      ...(before === undefined ? [] : [{ where: '(at, name) < (?, ?)', values: [before.at, before.id] }]),
    ];
    return this.#documents(bounds, 'ORDER BY at DESC, name DESC LIMIT ?', limit).toReversed();
  }

  #documents(bounds: readonly Bound[], tail: string, ...last: readonly number[]): readonly AuditDocument[] {
    const where = ['region = ?', ...bounds.map((bound) => bound.where)].join(' AND ');
    const rows = this.#database
      .prepare(`SELECT document FROM documents WHERE ${where} ${tail}`)
      .all(this.#region, ...bounds.flatMap(({ values }) => values), ...last);
    return rows.map(({ document }): AuditDocument => JSON.parse(String(document)));
  }
}

interface Bound {
  readonly where: string;
  readonly values: readonly (string | number)[];
}

/** A type alone goes by its own index. Beside a flag or a change, of which there is less, the plus keeps SQLite from taking that one. */
const equalities = ({ flagKey, changeId, type }: AuditQuery): readonly Bound[] => {
  const typed = flagKey === undefined && changeId === undefined ? 'type' : '+type';
  return Object.entries({ flag_key: flagKey, change_id: changeId, [typed]: type }).flatMap(([column, value]) =>
    value === undefined ? [] : [{ where: `${column} = ?`, values: [value] }],
  );
};
