import type { Item, Key } from '@flaghoist/core/storage/write';

/** One change of one item, old and new image. Images are the stored items themselves, which never change. */
export interface StreamRecord extends Key {
  /** Grows along the whole table. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly oldItem: Item | undefined;
  readonly newItem: Item | undefined;
}

const TRIM_AFTER = 1024;

/** A reader's place in a shard. Starts at the oldest record that is kept (TRIM_HORIZON). */
export interface ShardReader {
  /** How many records wait. */
  readonly behind: number;
  /** The next records, without moving on. */
  read(limit: number): readonly StreamRecord[];
  /** Moves past this many records. */
  advance(count: number): void;
}

/**
 * The changes of some partition keys in the order in which they were written. What every reader has passed is dropped;
 * as long as there is no reader all is kept, so that one who comes late misses nothing.
 */
export class StreamShard {
  #records: StreamRecord[] = [];
  #base = 0;
  readonly #positions = new Set<{ at: number }>();
  readonly #listeners: (() => void)[] = [];
  #passed = 0;
  #onPassed: (sequence: number) => void = () => {};

  /** @param listener told of the last record that all readers have passed, each time that it moves on */
  onPassed(listener: (sequence: number) => void): void {
    this.#onPassed = listener;
  }

  append(record: StreamRecord): void {
    this.#records.push(record);
    for (const listener of this.#listeners) listener();
  }

  /** @param onAppend called at every new record, within the write: it may only note that there is something to read */
  open(onAppend: () => void): ShardReader {
    const shard = this;
    const position = { at: this.#base };
    this.#positions.add(position);
    this.#listeners.push(onAppend);
    return {
      get behind() {
        return shard.#base + shard.#records.length - position.at;
      },
      read: (limit) => this.#records.slice(position.at - this.#base, position.at - this.#base + limit),
      advance: (count) => {
        position.at += count;
        this.#trim();
      },
    };
  }

  #trim(): void {
    let passed = Number.POSITIVE_INFINITY;
    for (const { at } of this.#positions) passed = Math.min(passed, at);
    const droppable = passed - this.#base;
    if (passed > this.#passed) {
      this.#passed = passed;
      const last = this.#records[droppable - 1];
      if (last !== undefined) this.#onPassed(last.sequence);
    }
    // Everything at once is the usual case and costs nothing; the rest waits until it is worth a copy.
    if (droppable < this.#records.length && droppable < TRIM_AFTER) return;
    this.#records = this.#records.slice(droppable);
    this.#base = passed;
  }
}
