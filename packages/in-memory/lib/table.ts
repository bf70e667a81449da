import { UnavailableError } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Condition, Item, ItemWrite, Key, Query } from '@flaghoist/core/storage/write';
import { holds } from './condition.ts';
import { itemAfter, keyOf, sameItem, sizeOf } from './item.ts';
import { type Limits, sizeLimits } from './limits.ts';
import { type Entry, Partition } from './partition.ts';
import { StreamShard } from './table-stream.ts';

export interface TableOptions {
  name: string;
  region: string;
  clock: Pick<Clock, 'now'>;
  /** Shards of the change stream; 0 for a table whose stream nobody reads. 4 unless told otherwise. */
  shards?: number;
  /** The sizes unless told otherwise. */
  limits?: Limits;
  /** An attribute with a sparse index over it: `having` lists the items that have it. */
  indexed?: string;
}

export interface PageOfKeys {
  readonly pks: readonly string[];
  /** Where the next page starts; `undefined` after the last one. */
  readonly next: number | undefined;
}

/** The smallest step that a double of today's epoch milliseconds can tell apart. */
const JUST_AFTER_MS = 2 ** -10;

/** What DynamoDB gives to the items of one partition key. */
const UNITS_PER_SECOND = 1_000;
/** An index follows its table within a second or two. */
const INDEX_LAG_MS = 2_000;

/** FNV-1a: spreads partition keys over shards, the same way in every run. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

/**
 * One region's DynamoDB-like table: items by partition and sort key, conditional writes, strongly consistent reads, a
 * stream of changes ordered per partition key. Items are copied in and frozen; what comes out is never changed later.
 * A write that changes nothing leaves no record, as in DynamoDB.
 */
export class Table {
  readonly name: string;
  readonly region: string;
  readonly shards: readonly StreamShard[];
  readonly limits: Limits;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #partitions = new Map<string, Partition>();
  readonly #inOrder: Partition[] = [];
  readonly #indexed: string | undefined;
  /** The keys of the items that have the indexed attribute. */
  readonly #index = new Map<string, Item>();
  readonly #held = new Set<string>();
  readonly #writeListeners: ((entry: Entry) => void)[] = [];
  #keepsTombstones = false;
  #sequence = 0;

  constructor({ name, region, clock, shards = 4, limits = sizeLimits, indexed }: TableOptions) {
    this.name = name;
    this.region = region;
    this.#clock = clock;
    this.limits = limits;
    this.#indexed = indexed;
    this.shards = Array.from({ length: shards }, () => new StreamShard());
  }

  get(pk: string, sk: string): Item | undefined {
    return this.#partitions.get(pk)?.entries.get(sk)?.item;
  }

  /** Items of a partition by sort key. A page: pass the last one's `sk` as `after` to go on. */
  query({ pk, ...range }: Query): readonly Item[] {
    return this.#partitions.get(pk)?.query(range) ?? [];
  }

  /** The items that have the indexed attribute, in no order. Those of the last two seconds are not among them yet. */
  having(): readonly Item[] {
    return [...this.#index.values()].filter(({ pk, sk }) => this.isIndexed({ pk, sk }));
  }

  /** Whether an index knows of an item by now. */
  isIndexed({ pk, sk }: Key): boolean {
    const entry = this.#partitions.get(pk)?.entries.get(sk);
    return !this.limits.indexLag || this.#clock.now() - (entry?.createdAt ?? 0) >= INDEX_LAG_MS;
  }

  /** Partition keys, page by page, in an order that new keys do not disturb. */
  partitionKeys(limit: number, from = 0): PageOfKeys {
    const pks = this.#inOrder.slice(from, from + limit).map(({ pk }) => pk);
    const next = from + pks.length;
    return { pks, next: next < this.#inOrder.length ? next : undefined };
  }

  /** @returns whether the condition held and the item was written */
  put(item: Item, condition?: Condition): boolean {
    return this.write(condition === undefined ? { put: item } : { put: item, condition });
  }

  /** @returns whether the condition held and the item is gone */
  delete({ pk, sk }: Key, condition?: Condition): boolean {
    return this.write(condition === undefined ? { delete: { pk, sk } } : { delete: { pk, sk }, condition });
  }

  /**
   * @returns whether the condition held and the write was done
   * @throws UnavailableError when the partition has taken all that it takes in a second
   */
  write(write: ItemWrite): boolean {
    if (!this.allows(write)) return false;
    this.spend(write, 1);
    return this.writeAllowed(write);
  }

  /** Does a write whose condition was checked, and which was paid for. */
  writeAllowed(write: ItemWrite): true {
    const { pk, sk } = keyOf(write);
    const existing = this.get(pk, sk);
    const item = itemAfter(existing, write, this.limits);
    if (sameItem(existing, item)) return true;
    const partition = this.#partitionOf(pk);
    const entry = this.#entryOf(partition, sk);
    // A write that saw another one comes after it, however close they were or whatever the other region's clock said.
    entry.timestamp = Math.max(this.#clock.now(), entry.timestamp + JUST_AFTER_MS);
    entry.region = this.region;
    this.#store(partition, entry, item);
    for (const listener of this.#writeListeners) listener(entry);
    return true;
  }

  /**
   * Takes a write out of what its partition may take in this second.
   *
   * @param units what a kilobyte counts
   * @throws UnavailableError when there is nothing left
   */
  spend(write: ItemWrite, units: number): void {
    if (!this.limits.throttling) return;
    const { pk, sk } = keyOf(write);
    const partition = this.#partitionOf(pk);
    const item = 'put' in write ? write.put : this.get(pk, sk);
    const second = Math.floor(this.#clock.now() / 1000);
    if (partition.second !== second) {
      partition.second = second;
      partition.units = 0;
    }
    const spent = partition.units + units * Math.ceil((item === undefined ? 1 : sizeOf(item)) / 1024);
    // One write is taken always: an item of 400 KB in a transaction costs 800.
    if (spent > UNITS_PER_SECOND && partition.units > 0) {
      throw new UnavailableError(
        `partition ${partition.pk} of table ${this.name}`,
        `It takes ${UNITS_PER_SECOND} units of writing a second. Spread the writes over partitions, or over time.`,
      );
    }
    partition.units = spent;
  }

  /** Whether a transaction that runs has the item. */
  isHeld({ pk, sk }: Key): boolean {
    return this.#held.has(`${pk}\n${sk}`);
  }

  hold({ pk, sk }: Key): void {
    this.#held.add(`${pk}\n${sk}`);
  }

  letGo({ pk, sk }: Key): void {
    this.#held.delete(`${pk}\n${sk}`);
  }

  /** Whether a write's condition holds now. */
  allows(write: ItemWrite): boolean {
    if (write.condition === undefined) return true;
    const { pk, sk } = keyOf(write);
    return holds(write.condition, this.get(pk, sk));
  }

  /**
   * Hears of every write of this region, within the write, but not of replicated ones. From here on deletions are
   * remembered, so that an older write from elsewhere does not undo them.
   */
  onWrite(listener: (entry: Entry) => void): void {
    this.#keepsTombstones = true;
    this.#writeListeners.push(listener);
  }

  /** Every entry, deleted ones included where they are remembered. */
  *allEntries(): Iterable<Entry> {
    for (const { entries } of this.#inOrder) yield* entries.values();
  }

  /**
   * Takes over another region's write unless this one has a later one: by time, then by the name of the region.
   *
   * @returns whether it won
   */
  applyReplicated(incoming: Readonly<Entry>): boolean {
    const partition = this.#partitionOf(incoming.pk);
    const entry = this.#entryOf(partition, incoming.sk);
    if (!isLater(incoming, entry)) return false;
    entry.timestamp = incoming.timestamp;
    entry.region = incoming.region;
    if (!sameItem(entry.item, incoming.item)) this.#store(partition, entry, incoming.item);
    return true;
  }

  #store(partition: Partition, entry: Entry, item: Item | undefined): void {
    const oldItem = entry.item;
    if (oldItem === undefined && item !== undefined) entry.createdAt = this.#clock.now();
    partition.store(entry, item);
    this.#keepIndex(entry, item);
    if (item === undefined && !this.#keepsTombstones) partition.entries.delete(entry.sk);
    this.#sequence += 1;
    const { pk, sk } = entry;
    this.shards[partition.shard]?.append({
      sequence: this.#sequence,
      at: this.#clock.now(),
      pk,
      sk,
      oldItem,
      newItem: item,
    });
  }

  #keepIndex({ pk, sk }: Key, item: Item | undefined): void {
    if (this.#indexed === undefined) return;
    if (item?.[this.#indexed] === undefined) this.#index.delete(`${pk}\n${sk}`);
    else this.#index.set(`${pk}\n${sk}`, item);
  }

  #partitionOf(pk: string): Partition {
    const known = this.#partitions.get(pk);
    if (known !== undefined) return known;
    const partition = new Partition(pk, this.shards.length === 0 ? 0 : hashOf(pk) % this.shards.length);
    this.#partitions.set(pk, partition);
    this.#inOrder.push(partition);
    return partition;
  }

  #entryOf({ pk, entries }: Partition, sk: string): Entry {
    const known = entries.get(sk);
    if (known !== undefined) return known;
    const entry: Entry = {
      pk,
      sk,
      item: undefined,
      createdAt: Number.NEGATIVE_INFINITY,
      timestamp: Number.NEGATIVE_INFINITY,
      region: '',
    };
    entries.set(sk, entry);
    return entry;
  }
}

const isLater = (a: Readonly<Entry>, b: Readonly<Entry>): boolean =>
  a.timestamp > b.timestamp || (a.timestamp === b.timestamp && a.region > b.region);
