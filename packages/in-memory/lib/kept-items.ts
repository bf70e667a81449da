import type { Item, Query } from '@flaghoist/core/storage/write';
import { emptyPlace, type Items, nameOf, type PageOfKeys } from './items.ts';
import type { KeptTable, MarkRange } from './journal.ts';
import type { Entry } from './partition.ts';

/** Places that stay in memory: those that are read again and again are few. */
const MOST_REMEMBERED = 10_000;

/**
 * Items on a disk. The disk is what counts: a table stores an item here only when it is there. Places that were read or
 * written lately are remembered, so that what is read all the time is not parsed all the time.
 */
export class KeptItems implements Items {
  readonly #kept: KeptTable;
  /** In the order in which they were last asked for, oldest first. */
  readonly #remembered = new Map<string, Entry>();
  /** Read when somebody asks for the first time. */
  #partitionKeys: Set<string> | undefined;

  constructor(kept: KeptTable) {
    this.#kept = kept;
  }

  entry(pk: string, sk: string): Entry {
    const name = nameOf({ pk, sk });
    // What is not there is remembered as well: whoever writes a new item asks for it three times.
    const entry = this.#remembered.get(name) ?? this.#kept.get({ pk, sk }) ?? emptyPlace(pk, sk);
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
    this.#remembered.delete(nameOf(entry));
  }

  query(query: Query): readonly Item[] {
    return livingIn(this.#kept.query(query, (pk, sk) => this.#remembered.get(nameOf({ pk, sk }))));
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

  #remember(name: string, entry: Entry): void {
    this.#remembered.delete(name);
    this.#remembered.set(name, entry);
    if (this.#remembered.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      return;
    }
  }
}

const livingIn = (entries: readonly Entry[]): readonly Item[] =>
  entries.flatMap(({ item }) => (item === undefined ? [] : [item]));
