import type { ShardReader, StreamRecord, StreamShard } from './table-stream.ts';

/** Why records are given up, in Lambda's words. */
export type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface Abandonment {
  readonly condition: GivenUp;
  readonly attempts: number;
  /** What the handler threw last; `undefined` when it named the records as failed, or was not called. */
  readonly cause: unknown;
}

interface Polling {
  /** Records from before this moment are gone, whoever has read them. Epoch milliseconds. */
  readonly trimmedBefore: () => number;
  readonly onTrimmed: (records: number) => void;
  /** Records from before this moment are too old to be handled. Epoch milliseconds. */
  readonly oldest: () => number;
  readonly batchSize: number;
  readonly filter: (record: StreamRecord) => boolean;
  readonly maximumRetryAttempts: number;
  readonly bisectOnError: boolean;
  readonly redelivers: () => boolean;
  /** @returns the place of the first record that failed */
  readonly invoke: (records: readonly StreamRecord[]) => Promise<number | undefined>;
  readonly abandon: (records: readonly StreamRecord[], about: Abandonment) => void;
  readonly wakeUp: (poll: () => Promise<void>) => void;
  /** @param failures invocations that failed in a row */
  readonly backOff: (failures: number) => Promise<void>;
}

interface Failure {
  readonly at: number;
  readonly cause: unknown;
}

/** Reads one shard, one batch after the other. */
export class ShardPoller {
  readonly #reader: ShardReader;
  readonly #polling: Polling;
  #busy = false;
  #paused = false;
  #whenResumed: (() => void)[] = [];
  #failuresInRow = 0;

  constructor(shard: StreamShard, polling: Polling) {
    this.#polling = polling;
    this.#reader = shard.open(() => this.#wake());
    this.#wake();
  }

  get behind(): number {
    return this.#reader.behind;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const goOn of this.#whenResumed.splice(0)) goOn();
    this.#wake();
  }

  #wake(): void {
    if (this.#busy || this.#paused || this.#reader.behind === 0) return;
    this.#busy = true;
    this.#polling.wakeUp(() => this.#poll());
  }

  async #poll(): Promise<void> {
    while (this.#reader.behind > 0 && !this.#paused) {
      this.#loseTrimmed();
      const records = this.#reader.read(this.#polling.batchSize);
      await this.#deliver(records.filter(this.#polling.filter));
      this.#reader.advance(records.length);
    }
    this.#busy = false;
  }

  /** A stream forgets in the order in which it was written: what follows a kept record is kept. */
  #loseTrimmed(): void {
    const trimmedBefore = this.#polling.trimmedBefore();
    for (;;) {
      const records = this.#reader.read(this.#polling.batchSize);
      const kept = records.findIndex(({ at }) => at >= trimmedBefore);
      const lost = kept < 0 ? records.length : kept;
      if (lost === 0) return;
      this.#reader.advance(lost);
      this.#polling.onTrimmed(lost);
    }
  }

  /** Returns when each record was handled or abandoned. */
  async #deliver(batch: readonly StreamRecord[]): Promise<void> {
    let records = batch;
    let attempts = 0;
    let cause: unknown;
    while (records.length > 0) {
      if (this.#paused) await new Promise<void>((resolve) => this.#whenResumed.push(resolve));
      const aged = this.#aged(records);
      if (aged > 0) {
        this.#polling.abandon(records.slice(0, aged), { condition: 'RecordAgeExceeded', attempts, cause });
        records = records.slice(aged);
        attempts = 0;
        continue;
      }
      const failure = await this.#attempt(records);
      if (failure === undefined) {
        if (!this.#polling.redelivers()) return;
        continue;
      }
      // What precedes the checkpoint is done; a batch that got further is a new one.
      attempts = failure.at > 0 ? 1 : attempts + 1;
      cause = failure.cause;
      records = records.slice(failure.at);
      const splits = this.#polling.bisectOnError && failure.at === 0 && records.length > 1;
      if (!splits && attempts > this.#polling.maximumRetryAttempts) {
        this.#polling.abandon(records, { condition: 'RetryAttemptsExhausted', attempts, cause });
        return;
      }
      await this.#polling.backOff(this.#failuresInRow);
      if (!splits) continue;
      const half = records.length >> 1;
      await this.#deliver(records.slice(0, half));
      records = records.slice(half);
      attempts = 0;
    }
  }

  /** How many records at the front are too old. They come in the order of their times. */
  #aged(records: readonly StreamRecord[]): number {
    const oldest = this.#polling.oldest();
    let aged = 0;
    while (aged < records.length && (records[aged] as StreamRecord).at < oldest) aged += 1;
    return aged;
  }

  async #attempt(records: readonly StreamRecord[]): Promise<Failure | undefined> {
    let failure: Failure | undefined;
    try {
      const at = await this.#polling.invoke(records);
      if (at !== undefined) failure = { at, cause: undefined };
    } catch (cause) {
      failure = { at: 0, cause };
    }
    this.#failuresInRow = failure === undefined ? 0 : this.#failuresInRow + 1;
    return failure;
  }
}
