import type { Item, Query } from '@flaghoist/core/storage/write';
import { type Items, MemoryItems, type PageOfKeys } from './items.ts';
import type { MarkRange } from './journal.ts';
import type { Entry } from './partition.ts';

/** Items that never change and were everywhere when the process began. */
export interface History {
  item(pk: string, sk: string): Item | undefined;
  query(query: Query): readonly Item[];
}

const LONG_AGO = { createdAt: 0, timestamp: 0, region: '' };

/**
 * The items of a replica that is rebuilt: what is read all the time in memory, and behind it, out of one file for all
 * regions, the revisions from before. A hundred thousand of them would take gigabytes in twelve regions.
 */
export class ReplicaItems implements Items {
  readonly #memory = new MemoryItems([]);
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  entry(pk: string, sk: string): Entry | undefined {
    const entry = this.#memory.entry(pk, sk);
    if (entry !== undefined) return entry;
    const item = this.#history.item(pk, sk);
    return item && { pk, sk, item, ...LONG_AGO };
  }

  place(pk: string, sk: string): Entry {
    const known = this.#memory.entry(pk, sk);
    if (known !== undefined) return known;
    const place = this.#memory.place(pk, sk);
    const item = this.#history.item(pk, sk);
    if (item !== undefined) this.#memory.store(Object.assign(place, LONG_AGO), item);
    return place;
  }

  store(entry: Entry, item: Item | undefined): void {
    this.#memory.store(entry, item);
  }

  forget(entry: Entry): void {
    this.#memory.forget(entry);
  }

  query(query: Query): readonly Item[] {
    const own = this.#memory.query(query);
    const before = this.#history.query(query);
    if (before.length === 0) return own;
    const bySk = new Map([...before, ...own].map((item) => [item.sk, item]));
    const items = [...bySk.values()].sort((a, b) => (a.sk < b.sk === (query.descending ?? false) ? 1 : -1));
    return items.slice(0, query.limit);
  }

  having(attribute: string, range?: MarkRange): readonly Item[] {
    return this.#memory.having(attribute, range);
  }

  partitionKeys(limit: number, from: number): PageOfKeys {
    return this.#memory.partitionKeys(limit, from);
  }

  /** Of what is in memory. */
  all(): Iterable<Entry> {
    return this.#memory.all();
  }
}
