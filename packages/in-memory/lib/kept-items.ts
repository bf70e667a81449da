import type { Item, Query } from '@flaghoist/core/storage/write';
import { emptyPlace, type Items, nameOf, type PageOfKeys } from './items.ts';
import type { KeptTable, MarkRange } from './journal.ts';
import type { Entry } from './partition.ts';

/** Places of one generation: those that are read again and again are few. */
const MOST_IN_GENERATION = 5_000;

/**
 * Items on a disk. The disk is what counts: a table stores an item here only when it is there. Places that were read or
 * written lately are remembered, so that what is read all the time is not parsed all the time. They are remembered in two
 * generations: when the young one is full it becomes the old one, and what was not used since is forgotten. Bookkeeping
 * per read, in a map of thousands, would cost more than the read.
 */
export class KeptItems implements Items {
  readonly #kept: KeptTable;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  /** Read when somebody asks for the first time. */
  #partitionKeys: Set<string> | undefined;

  constructor(kept: KeptTable) {
    this.#kept = kept;
  }

  entry(pk: string, sk: string): Entry {
    const name = nameOf({ pk, sk });
    const known = this.#young.get(name);
    if (known !== undefined) return known;
    // What is not there is remembered as well: whoever writes a new item asks for it three times.
    const entry = this.#old.get(name) ?? this.#kept.get({ pk, sk }) ?? emptyPlace(pk, sk);
    this.#remember(name, entry);
    return entry;
  }

  place(pk: string, sk: string): Entry {
    return this.entry(pk, sk);
  }

  store(entry: Entry, item: Item | undefined): void {
    entry.item = item;
    this.#partitionKeys?.add(entry.pk);
    this.#remember(nameOf(entry), entry);
  }

  forget(entry: Entry): void {
    this.#young.delete(nameOf(entry));
    this.#old.delete(nameOf(entry));
  }

  query(query: Query): readonly Item[] {
    return livingIn(this.#kept.query(query, (pk, sk) => this.#remembered(nameOf({ pk, sk }))));
  }

  having(attribute: string, range?: MarkRange): readonly Item[] {
    return livingIn(this.#kept.having(attribute, range));
  }

  partitionKeys(limit: number, from: number): PageOfKeys {
    this.#partitionKeys ??= new Set(this.#kept.partitionKeys());
    const pks: string[] = [];
    let place = 0;
    for (const pk of this.#partitionKeys) {
      if (place >= from + limit) return { pks, next: place };
      if (place >= from) pks.push(pk);
      place += 1;
    }
    return { pks, next: undefined };
  }

  all(): Iterable<Entry> {
    return this.#kept.entries();
  }

  #remembered(name: string): Entry | undefined {
    return this.#young.get(name) ?? this.#old.get(name);
  }

  #remember(name: string, entry: Entry): void {
    if (this.#young.size >= MOST_IN_GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, entry);
  }
}

const livingIn = (entries: readonly Entry[]): readonly Item[] =>
  entries.flatMap(({ item }) => (item === undefined ? [] : [item]));
