import type { Clock } from '@flaghoist/core/ports/clock';
import type { Condition, Item, ItemWrite, Key, Query } from '@flaghoist/core/storage/write';
import { holds } from './condition.ts';
import { itemAfter, keyOf, sameItem, sizeOf } from './item.ts';
import { type Items, MemoryItems, nameOf, type PageOfKeys } from './items.ts';
import type { Journal, JournalRow, MarkRange, Outcome, TableStorage } from './journal.ts';
import { KeptItems } from './kept-items.ts';
import { type Limits, sizeLimits } from './limits.ts';
import type { Entry } from './partition.ts';
import { type StreamRecord, StreamShard } from './table-stream.ts';
import { WriteUnits } from './write-units.ts';

export interface TableOptions {
  name: string;
  region: string;
  clock: Pick<Clock, 'now'>;
  /** Shards of the change stream; 0 for a table whose stream nobody reads. 4 unless told otherwise. */
  shards?: number;
  /** The sizes unless told otherwise. */
  limits?: Limits;
  /** Attributes with a sparse index: `having` lists the items that have one. */
  indexed?: readonly string[];
  /** Where its items outlive the process. Such a table is written by `commit`. */
  storage?: TableStorage | undefined;
  /** Instead of items that begin empty; not together with `storage`. */
  items?: Items | undefined;
}

/** A write that was checked and waits for the disk. */
export interface Prepared {
  readonly rows: readonly JournalRow[];
  readonly outcome: Outcome;
}

/** The smallest step that a double of today's epoch milliseconds can tell apart. */
const JUST_AFTER_MS = 2 ** -10;

/** More changes than a table takes. */
const NUMBERS_PER_MS = 1_000;
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
 *
 * With a storage a write takes time: until it is on the disk, later conditions see it, and nobody else does.
 */
export class Table {
  readonly name: string;
  readonly region: string;
  readonly shards: readonly StreamShard[];
  readonly limits: Limits;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #openedAt: number;
  readonly #items: Items;
  readonly #storage: TableStorage | undefined;
  /** What is on its way to the disk, the newest of each item. */
  readonly #underway = new Map<string, Readonly<Entry>>();
  readonly #held = new Set<string>();
  readonly #writeListeners: ((entry: Entry) => void)[] = [];
  #keepsTombstones = false;
  #sequence = 0;
  readonly #units: WriteUnits;

  constructor({ name, region, clock, shards = 4, limits = sizeLimits, indexed = [], storage, items }: TableOptions) {
    this.name = name;
    this.region = region;
    this.#clock = clock;
    this.#openedAt = clock.now();
    this.#units = new WriteUnits(name);
    this.limits = limits;
    this.#storage = storage;
    this.#items = items ?? (storage === undefined ? new MemoryItems(indexed) : new KeptItems(storage.kept));
    this.shards = Array.from({ length: shards }, () => new StreamShard());
    if (storage !== undefined) this.#goOn(storage);
  }

  /** Of the storage, where there is one. */
  get journal(): Journal | undefined {
    return this.#storage?.journal;
  }

  get(pk: string, sk: string): Item | undefined {
    return this.#items.entry(pk, sk)?.item;
  }

  /** Items of a partition by sort key. A page: pass the last one's `sk` as `after` to go on. */
  query(query: Query): readonly Item[] {
    return this.#items.query(query);
  }

  /** The items that have an indexed attribute, in no order. Those of the last two seconds are not among them yet. */
  having(attribute: string, range?: MarkRange): readonly Item[] {
    return this.#items.having(attribute, range).filter((item) => this.isIndexed(item));
  }

  /** Whether an index knows of an item by now. What an earlier process has left is in it, whatever the clock said then. */
  isIndexed({ pk, sk }: Key): boolean {
    if (!this.limits.indexLag) return true;
    const createdAt = this.#items.entry(pk, sk)?.createdAt ?? 0;
    const age = this.#clock.now() - createdAt;
    return createdAt < this.#openedAt || age < 0 || age >= INDEX_LAG_MS;
  }

  /** Partition keys, page by page, in an order that new keys do not disturb. */
  partitionKeys(limit: number, from = 0): PageOfKeys {
    return this.#items.partitionKeys(limit, from);
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

  /**
   * As `write`, for a table that may have a storage: the answer comes when it is on the disk.
   *
   * @throws FlaghoistError, retryable, when it could not be written
   */
  commit(write: ItemWrite): boolean | Promise<boolean> {
    return this.#storage === undefined ? this.write(write) : this.#commit(write, this.#storage.journal);
  }

  /** Does a write whose condition was checked, and which was paid for. */
  writeAllowed(write: ItemWrite): true {
    if (this.#storage !== undefined) throw new Error(`table ${this.name} of ${this.region} is kept: commit the write`);
    const { pk, sk } = keyOf(write);
    const existing = this.get(pk, sk);
    const item = itemAfter(existing, write, this.limits);
    if (sameItem(existing, item)) return true;
    const entry = this.#items.place(pk, sk);
    entry.timestamp = this.#after(entry);
    entry.region = this.region;
    this.#store(entry, item);
    for (const listener of this.#writeListeners) listener(entry);
    return true;
  }

  /**
   * The first half of a write whose condition was checked, and which was paid for.
   *
   * @returns nothing when it changes nothing
   */
  prepare(write: ItemWrite): Prepared | undefined {
    const { pk, sk } = keyOf(write);
    const before = this.#newest(pk, sk);
    const item = itemAfter(before?.item, write, this.limits);
    if (sameItem(before?.item, item)) return undefined;
    const written = { pk, sk, item, timestamp: this.#after(before), region: this.region };
    return this.#sendOff(written, (entry) => {
      for (const listener of this.#writeListeners) listener(entry);
    });
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
    const item = 'put' in write ? write.put : this.#newest(pk, sk)?.item;
    this.#units.spend(pk, units * Math.ceil((item === undefined ? 1 : sizeOf(item)) / 1024), this.#clock.now());
  }

  /** Whether a transaction that runs has the item. */
  isHeld(key: Key): boolean {
    return this.#held.has(nameOf(key));
  }

  hold(key: Key): void {
    this.#held.add(nameOf(key));
  }

  letGo(key: Key): void {
    this.#held.delete(nameOf(key));
  }

  /** @throws TypeError, RangeError for what no table takes: a transaction looks at all of it before it writes any of it */
  assertWritable(write: ItemWrite): void {
    const { pk, sk } = keyOf(write);
    itemAfter(this.#newest(pk, sk)?.item, write, this.limits);
  }

  /** Whether a write's condition holds now. */
  allows(write: ItemWrite): boolean {
    if (write.condition === undefined) return true;
    const { pk, sk } = keyOf(write);
    return holds(write.condition, this.#newest(pk, sk)?.item);
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
  allEntries(): Iterable<Entry> {
    return this.#items.all();
  }

  /**
   * Takes over another region's write unless this one has a later one: by time, then by the name of the region. Where there
   * is a storage, it is here once it is on the disk.
   *
   * @returns whether it won
   */
  applyReplicated(incoming: Readonly<Entry>): boolean {
    const { pk, sk, item, timestamp, region } = incoming;
    const before = this.#newest(pk, sk);
    if (before !== undefined && !isLater(incoming, before)) return false;
    if (this.#storage !== undefined) {
      const { rows, outcome } = this.#sendOff({ pk, sk, item, timestamp, region }, () => {});
      this.#storage.journal.note(rows, outcome.applied);
      return true;
    }
    const entry = this.#items.place(pk, sk);
    entry.timestamp = timestamp;
    entry.region = region;
    if (!sameItem(entry.item, item)) this.#store(entry, item);
    return true;
  }

  /** Puts an item where it was before the process began: no stream shows it, and no other region is told. */
  restore({ pk, sk, item, ...written }: Readonly<Entry>): void {
    this.#items.store(Object.assign(this.#items.place(pk, sk), written), item);
  }

  /** Shows an item in the stream as if it had just been created. */
  showAgain({ pk, sk }: Key): void {
    const item = this.get(pk, sk);
    if (item !== undefined) this.#show(this.#nextRecord({ pk, sk }, undefined, item));
  }

  async #commit(write: ItemWrite, journal: Journal): Promise<boolean> {
    const isAllowed = this.allows(write);
    if (isAllowed) this.spend(write, 1);
    const prepared = isAllowed ? this.prepare(write) : undefined;
    // What an answer rests on is on the disk before the answer is given, also when somebody else has written it.
    if (prepared === undefined) await journal.settled();
    else await journal.append(prepared.rows, prepared.outcome);
    return isAllowed;
  }

  /** Takes up the stream where it stood. Its numbers go on from the clock, which is past all that were given. */
  #goOn({ kept, journal, keepsRecords }: TableStorage): void {
    this.#sequence = this.#clock.now() * NUMBERS_PER_MS;
    if (!keepsRecords) return;
    for (const { shard, record } of kept.records()) {
      this.#sequence = Math.max(this.#sequence, record.sequence);
      this.shards[shard]?.append(record);
    }
    this.shards.forEach((stream, shard) => {
      stream.onPassed((sequence) => journal.note([{ kind: 'passed', of: this.#of, shard, sequence }]));
    });
  }

  get #of(): { readonly region: string; readonly table: string } {
    return { region: this.region, table: this.name };
  }

  #newest(pk: string, sk: string): Readonly<Entry> | undefined {
    return this.#underway.get(nameOf({ pk, sk })) ?? this.#items.entry(pk, sk);
  }

  /** A write that saw another one comes after it, however close they were or whatever the other region's clock said. */
  #after(before: Readonly<Entry> | undefined): number {
    return Math.max(this.#clock.now(), (before?.timestamp ?? Number.NEGATIVE_INFINITY) + JUST_AFTER_MS);
  }

  /** @param told once it is here */
  #sendOff(written: Omit<Entry, 'createdAt'>, told: (entry: Entry) => void): Prepared {
    const { pk, sk, item, timestamp, region } = written;
    const before = this.#newest(pk, sk);
    const createdAt = before?.item === undefined ? this.#clock.now() : before.createdAt;
    const kept: Readonly<Entry> = { pk, sk, item, createdAt, timestamp, region };
    const record = sameItem(before?.item, item) ? undefined : this.#nextRecord(kept, before?.item, item);
    const name = nameOf(kept);
    this.#underway.set(name, kept);
    const arrived = (): void => {
      if (this.#underway.get(name) === kept) this.#underway.delete(name);
    };
    const applied = (): void => {
      arrived();
      const entry = Object.assign(this.#items.place(pk, sk), { createdAt, timestamp, region });
      this.#items.store(entry, item);
      if (record !== undefined) this.#show(record);
      told(entry);
    };
    const rows: JournalRow[] = [{ kind: 'item', of: this.#of, kept }];
    if (record !== undefined && this.#storage?.keepsRecords === true) {
      rows.push({ kind: 'record', of: this.#of, shard: this.#shardOf(pk), record });
    }
    return { rows, outcome: { applied, dropped: arrived } };
  }

  #store(entry: Entry, item: Item | undefined): void {
    const oldItem = entry.item;
    if (oldItem === undefined && item !== undefined) entry.createdAt = this.#clock.now();
    this.#items.store(entry, item);
    if (item === undefined && !this.#keepsTombstones) this.#items.forget(entry);
    this.#show(this.#nextRecord(entry, oldItem, item));
  }

  #nextRecord({ pk, sk }: Key, oldItem: Item | undefined, newItem: Item | undefined): StreamRecord {
    this.#sequence += 1;
    return { sequence: this.#sequence, at: this.#clock.now(), pk, sk, oldItem, newItem };
  }

  #show(record: StreamRecord): void {
    this.shards[this.#shardOf(record.pk)]?.append(record);
  }

  #shardOf(pk: string): number {
    return this.shards.length === 0 ? 0 : hashOf(pk) % this.shards.length;
  }
}

const isLater = (a: Readonly<Entry>, b: Readonly<Entry>): boolean =>
  a.timestamp > b.timestamp || (a.timestamp === b.timestamp && a.region > b.region);
