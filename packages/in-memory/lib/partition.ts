import type { Item, Query } from '@flaghoist/core/storage/write';
import type { Kept } from './journal.ts';

/** One item's place, kept after a deletion where replication needs to know when that was. */
export type Entry = Kept;

type Range = Omit<Query, 'pk'>;

const LAST = '\uffff';

/** The items of one partition key, by sort key. */
export class Partition {
  readonly pk: string;
  readonly entries = new Map<string, Entry>();
  /** The sort keys of living items, sorted. */
  readonly #keys: string[] = [];

  constructor(pk: string) {
    this.pk = pk;
  }

  /** Puts an item into its entry, or takes it out. */
  store(entry: Entry, item: Item | undefined): void {
    if (item === undefined && entry.item !== undefined) this.#keys.splice(this.#firstFrom(entry.sk), 1);
    if (item !== undefined && entry.item === undefined) this.#insert(entry.sk);
    entry.item = item;
  }

  query({ skPrefix = '', descending = false, limit = Number.POSITIVE_INFINITY, after }: Range): Item[] {
    let from = this.#firstFrom(skPrefix);
    let to = this.#firstFrom(skPrefix + LAST);
    if (after !== undefined && descending) to = Math.min(to, this.#firstFrom(after));
    if (after !== undefined && !descending) from = Math.max(from, this.#firstFrom(`${after}\0`));
    const keys = descending
      ? this.#keys.slice(Math.max(from, to - limit), Math.max(from, to)).reverse()
      : this.#keys.slice(from, Math.min(to, from + limit));
    const items: Item[] = [];
    for (const key of keys) {
      const item = this.entries.get(key)?.item;
      if (item !== undefined) items.push(item);
    }
    return items;
  }

  #insert(sk: string): void {
    const last = this.#keys.at(-1);
    // Orders and times grow, so nearly every new key is the last one.
    if (last === undefined || sk > last) this.#keys.push(sk);
    else this.#keys.splice(this.#firstFrom(sk), 0, sk);
  }

  /** The place of the first key that is not before `sk`. */
  #firstFrom(sk: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] as string) < sk) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
