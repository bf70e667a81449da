import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Item, Key, Query } from '@flaghoist/core/storage/write';
import type { Kept, KeptTable, MarkRange } from '@flaghoist/in-memory/journal';
import type { History } from '@flaghoist/in-memory/replica-items';
import type { StreamRecord } from '@flaghoist/in-memory/table-stream';
import { itemOf } from './item-text.ts';

type Row = Record<string, SQLOutputValue>;

/** The attributes that have an index, and a column. */
export const marks = ['pending', 'undecided', 'moment', 'awaited'] as const;

const COLUMNS = 'pk, sk, item, created, written, writer';

const keptOf = (row: Row): Kept => {
  const key = { pk: String(row['pk']), sk: String(row['sk']) };
  return {
    ...key,
    item: itemOf(key, row['item']),
    createdAt: Number(row['created']),
    timestamp: Number(row['written']),
    region: String(row['writer']),
  };
};

/** The first text that does not begin with a prefix and stands behind all that do. */
const behind = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);

/** One table of one region, in the file. */
export class SqliteTable implements KeptTable {
  readonly #database: DatabaseSync;
  readonly #place: number;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, place: number) {
    this.#database = database;
    this.#place = place;
  }

  get({ pk, sk }: Key): Kept | undefined {
    const row = this.#statement(`SELECT ${COLUMNS} FROM items WHERE place = ? AND pk = ? AND sk = ?`).get(
      this.#place,
      pk,
      sk,
    );
    return row && keptOf(row);
  }

  query(query: Query, known?: (pk: string, sk: string) => Kept | undefined): readonly Kept[] {
    return this.#between(query, Number.MAX_SAFE_INTEGER, known);
  }

  having(attribute: string, { from, to }: MarkRange = {}): readonly Kept[] {
    const column = marks.find((mark) => mark === attribute);
    if (column === undefined) throw new RangeError(`no index over ${attribute}; there is one over ${marks.join(', ')}`);
    const rows = this.#statement(
      `SELECT ${COLUMNS} FROM items WHERE place = ? AND ${column} IS NOT NULL AND ${column} >= ? AND ${column} < ?`,
    ).all(this.#place, from ?? '', to ?? LAST);
    return rows.map(keptOf);
  }

  partitionKeys(): readonly string[] {
    const rows = this.#statement('SELECT pk FROM items WHERE place = ? GROUP BY pk ORDER BY min(id)').all(this.#place);
    return rows.map(({ pk }) => String(pk));
  }

  *entries(): Iterable<Kept> {
    // Page by page: what is written meanwhile would disturb one long reading.
    let last = 0;
    for (;;) {
      const rows = this.#statement(
        `SELECT id, ${COLUMNS} FROM items WHERE place = ? AND id > ? ORDER BY id LIMIT ${PAGE}`,
      ).all(this.#place, last);
      for (const row of rows) yield keptOf(row);
      last = Number(rows.at(-1)?.['id']);
      if (rows.length < PAGE) return;
    }
  }

  *records(): Iterable<{ readonly shard: number; readonly record: StreamRecord }> {
    const rows = this.#statement('SELECT * FROM records WHERE place = ? ORDER BY shard, sequence').all(this.#place);
    for (const row of rows) {
      const key = { pk: String(row['pk']), sk: String(row['sk']) };
      const [oldItem, newItem] = [itemOf(key, row['old']), itemOf(key, row['new'])];
      const record = { ...key, sequence: Number(row['sequence']), at: Number(row['at']), oldItem, newItem };
      yield { shard: Number(row['shard']), record };
    }
  }

  /** The living items whose sort key does not begin with a prefix. */
  *besides(skPrefix: string): Iterable<Kept> {
    const statement = this.#statement(
      `SELECT ${COLUMNS} FROM items WHERE place = ? AND item IS NOT NULL AND NOT (sk >= ? AND sk < ?) ORDER BY id`,
    );
    for (const row of statement.iterate(this.#place, skPrefix, behind(skPrefix))) yield keptOf(row);
  }

  /** What another table has, and this one has not, or has from an earlier write. */
  lackingOf(other: SqliteTable): readonly Kept[] {
    const rows = this.#statement(
      `SELECT ${COLUMNS} FROM items AS theirs WHERE place = ? AND NOT EXISTS (
        SELECT 1 FROM items AS ours WHERE ours.place = ? AND ours.pk = theirs.pk AND ours.sk = theirs.sk
        AND (ours.written > theirs.written OR (ours.written = theirs.written AND ours.writer >= theirs.writer))
      ) ORDER BY id`,
    ).all(other.#place, this.#place);
    return rows.map(keptOf);
  }

  /** The items that are there now and whose sort key begins with a prefix; they are never changed. */
  history(skPrefix: string): History {
    const newest = Number(this.#statement('SELECT max(id) AS id FROM items').get()?.['id'] ?? 0);
    const get = `SELECT ${COLUMNS} FROM items WHERE place = ? AND pk = ? AND sk = ? AND id <= ${newest}`;
    return {
      item: (pk, sk) => {
        if (!sk.startsWith(skPrefix)) return undefined;
        const row = this.#statement(get).get(this.#place, pk, sk);
        return row && keptOf(row).item;
      },
      query: (query) => {
        const asked = query.skPrefix ?? '';
        if (!skPrefix.startsWith(asked) && !asked.startsWith(skPrefix)) return [];
        const narrowed = { ...query, skPrefix: asked.length > skPrefix.length ? asked : skPrefix };
        return this.#between(narrowed, newest).flatMap(({ item }): Item[] => (item === undefined ? [] : [item]));
      },
    };
  }

  #between(
    { pk, skPrefix = '', descending = false, limit, after }: Query,
    newestId: number,
    known?: (pk: string, sk: string) => Kept | undefined,
  ): readonly Kept[] {
    const bounds = ['place = ?', 'pk = ?', 'item IS NOT NULL', `id <= ${newestId}`];
    const values: (string | number)[] = [this.#place, pk];
    const add = (bound: string, value: string): void => {
      bounds.push(bound);
      values.push(value);
    };
    if (skPrefix !== '') {
      add('sk >= ?', skPrefix);
      add('sk < ?', behind(skPrefix));
    }
    if (after !== undefined) add(descending ? 'sk < ?' : 'sk > ?', after);
    const count = limit === undefined || limit === Number.POSITIVE_INFINITY ? -1 : limit;
    const order = descending ? 'DESC' : 'ASC';
    const range = `FROM items WHERE ${bounds.join(' AND ')} ORDER BY sk ${order} LIMIT ?`;
    const rowsOf = (columns: string): readonly Row[] =>
      this.#statement(`SELECT ${columns} ${range}`).all(...values, count);
    // What is asked for again and again, such as the newest topology, is long: its text is not taken out of the file each time.
    const remembered = known === undefined ? [] : rowsOf('sk').map(({ sk }) => known(pk, String(sk)));
    const all = remembered.flatMap((kept) => kept ?? []);
    return known !== undefined && all.length === remembered.length ? all : rowsOf(COLUMNS).map(keptOf);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, known);
    return known;
  }
}

const PAGE = 500;
/** Behind every mark: marks are digits. */
const LAST = '~';
