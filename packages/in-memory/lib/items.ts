import type { Item, Key, Query } from '@flaghoist/core/storage/write';
import type { MarkRange } from './journal.ts';
import { type Entry, Partition } from './partition.ts';

export interface PageOfKeys {
  readonly pks: readonly string[];
  /** Where the next page starts; `undefined` after the last one. */
  readonly next: number | undefined;
}

/** Where a table has its items: in memory, or on a disk with some of them in memory. */
export interface Items {
  entry(pk: string, sk: string): Entry | undefined;
  /** The place of an item, which need not be there yet. */
  place(pk: string, sk: string): Entry;
  /** Puts an item into its place, or takes it out. */
  store(entry: Entry, item: Item | undefined): void;
  /** Forgets the place of a deleted item. */
  forget(entry: Entry): void;
  query(query: Query): readonly Item[];
  having(attribute: string, range?: MarkRange): readonly Item[];
  partitionKeys(limit: number, from: number): PageOfKeys;
  all(): Iterable<Entry>;
}

/** A place with nothing in it. */
export const emptyPlace = (pk: string, sk: string): Entry => ({
  pk,
  sk,
  item: undefined,
  createdAt: Number.NEGATIVE_INFINITY,
  timestamp: Number.NEGATIVE_INFINITY,
  region: '',
});

export const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Items that live as long as the process. */
export class MemoryItems implements Items {
  readonly #partitions = new Map<string, Partition>();
  readonly #inOrder: Partition[] = [];
  /** By attribute: the items that have it. */
  readonly #indexes: ReadonlyMap<string, Map<string, Item>>;

  /** @param indexed attributes with a sparse index */
  constructor(indexed: readonly string[]) {
    this.#indexes = new Map(indexed.map((attribute) => [attribute, new Map()]));
  }

  entry(pk: string, sk: string): Entry | undefined {
    return this.#partitions.get(pk)?.entries.get(sk);
  }

  place(pk: string, sk: string): Entry {
    const { entries } = this.#partitionOf(pk);
    const known = entries.get(sk);
    if (known !== undefined) return known;
    const entry = emptyPlace(pk, sk);
    entries.set(sk, entry);
    return entry;
  }

  store(entry: Entry, item: Item | undefined): void {
    this.#partitionOf(entry.pk).store(entry, item);
    for (const [attribute, index] of this.#indexes) {
      if (item?.[attribute] === undefined) index.delete(nameOf(entry));
      else index.set(nameOf(entry), item);
    }
  }

  forget({ pk, sk }: Entry): void {
    this.#partitions.get(pk)?.entries.delete(sk);
  }

  query({ pk, ...range }: Query): readonly Item[] {
    return this.#partitions.get(pk)?.query(range) ?? [];
  }

  having(attribute: string, { from, to }: MarkRange = {}): readonly Item[] {
    const items = [...(this.#indexes.get(attribute)?.values() ?? [])];
    if (from === undefined && to === undefined) return items;
    return items.filter((item) => {
      const mark = String(item[attribute]);
      return (from === undefined || mark >= from) && (to === undefined || mark < to);
    });
  }

  partitionKeys(limit: number, from: number): PageOfKeys {
    const pks = this.#inOrder.slice(from, from + limit).map(({ pk }) => pk);
    const next = from + pks.length;
    return { pks, next: next < this.#inOrder.length ? next : undefined };
  }

  *all(): Iterable<Entry> {
    for (const { entries } of this.#inOrder) yield* entries.values();
  }

  #partitionOf(pk: string): Partition {
    const known = this.#partitions.get(pk);
    if (known !== undefined) return known;
    const partition = new Partition(pk);
    this.#partitions.set(pk, partition);
    this.#inOrder.push(partition);
    return partition;
  }
}
