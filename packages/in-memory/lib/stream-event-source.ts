import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type LatencyModel, noLatency } from './latency.ts';
import type { Scheduler } from './scheduler.ts';
import { type Abandonment, type GivenUp, ShardPoller } from './shard-poller.ts';
import { failureRecordOf, lambdaRecordOf, sequenceNumberOf } from './stream-event.ts';
import type { Table } from './table.ts';
import type { StreamRecord } from './table-stream.ts';
import type { MessageSink } from './topic.ts';

// biome-ignore lint/suspicious/noConfusingVoidType: a Lambda handler without partial failures resolves to nothing
export type StreamHandler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse | void>;

export interface StreamEventSourceOptions {
  readonly table: Table;
  readonly handler: StreamHandler;
  readonly scheduler: Scheduler;
  /** For the jitter of retries. */
  readonly random: Random;
  readonly log: Logger;
  readonly latency?: LatencyModel;
  /** Records of one invocation, 100 unless told otherwise. */
  readonly batchSize?: number;
  /** Records that do not pass are never delivered, as with filter criteria on keys. */
  readonly filter?: (record: StreamRecord) => boolean;
  /** Records older than this are given up without another try; with no limit unless told otherwise. */
  readonly maximumRecordAgeMs?: number;
  /** Whether records of more than a day are lost without a word, as in AWS; they are unless told otherwise. */
  readonly streamTrim?: boolean;
  /** Takes what is given up, in Lambda's form for a queue: where the records stood in the stream, not what they say. */
  readonly failureDestination?: MessageSink;
  /** How often a batch that can not be split further is tried again, 5 times unless told otherwise. */
  readonly maximumRetryAttempts?: number;
  /** Splits a batch that fails at its first record before trying again; on unless told otherwise. */
  readonly bisectOnError?: boolean;
  /** Whether a batch that went well is delivered once more all the same, as after a lost checkpoint. For simulations. */
  readonly redelivers?: () => boolean;
}

/** What was given up. */
export interface AbandonedRecords {
  readonly sequenceNumbers: readonly string[];
  readonly condition: GivenUp;
  readonly attempts: number;
  /** What the handler threw last; `undefined` when it named the records as failed. */
  readonly cause: unknown;
}

const DEFAULT_BATCH = 100;
/** DynamoDB keeps the records of a stream for 24 hours. */
const KEPT_MS = 24 * 3_600_000;
const DEFAULT_RETRIES = 5;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/**
 * A Lambda event source mapping on a table's stream, from `TRIM_HORIZON`, with `ReportBatchItemFailures`. Each shard has
 * one batch in flight. The lowest sequence number that a handler names is the checkpoint: everything from there on is
 * delivered again, also what went well after it. What still fails after the last attempt goes to `abandoned`, and the
 * shard moves on: a poison record never blocks its neighbours for good. So does what has become too old, tried or not.
 */
export class StreamEventSource {
  readonly abandoned: AbandonedRecords[] = [];
  readonly #options: StreamEventSourceOptions;
  readonly #pollers: readonly ShardPoller[];
  readonly #latency: LatencyModel;

  constructor(options: StreamEventSourceOptions) {
    this.#options = options;
    this.#latency = options.latency ?? noLatency;
    this.#pollers = options.table.shards.map(
      (shard) =>
        new ShardPoller(shard, {
          trimmedBefore: () => (options.streamTrim === false ? 0 : options.scheduler.now() - KEPT_MS),
          onTrimmed: (records) => this.#reportTrimmed(records),
          oldest: () => options.scheduler.now() - (options.maximumRecordAgeMs ?? Number.POSITIVE_INFINITY),
          batchSize: options.batchSize ?? DEFAULT_BATCH,
          filter: options.filter ?? (() => true),
          maximumRetryAttempts: options.maximumRetryAttempts ?? DEFAULT_RETRIES,
          bisectOnError: options.bisectOnError ?? true,
          redelivers: options.redelivers ?? (() => false),
          invoke: (records) => this.#invoke(records),
          abandon: (records, about) => this.#abandon(records, about),
          wakeUp: (poll) => void options.scheduler.schedule(this.#latency.sample('streamToLambda'), poll),
          backOff: (failures) => options.scheduler.sleep(this.#delay(failures)),
        }),
    );
  }

  /** Records that were written and not yet dealt with. */
  get backlog(): number {
    return this.#pollers.reduce((sum, { behind }) => sum + behind, 0);
  }

  /** Starts no further invocation. Nothing is lost. */
  pause(): void {
    for (const poller of this.#pollers) poller.pause();
  }

  resume(): void {
    for (const poller of this.#pollers) poller.resume();
  }

  /** Exponential, with full jitter on its upper half. */
  #delay(failures: number): number {
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
    return longest * (0.5 + this.#options.random.next() / 2);
  }

  /** @returns the place of the first record that failed, `undefined` when none did */
  async #invoke(records: readonly StreamRecord[]): Promise<number | undefined> {
    const { handler, table } = this.#options;
    const response = await handler({ Records: records.map((record) => lambdaRecordOf(table, record)) });
    const failures = response?.batchItemFailures ?? [];
    if (failures.length === 0) return undefined;
    const places = failures.map(({ itemIdentifier }) =>
      records.findIndex((record) => sequenceNumberOf(record) === itemIdentifier),
    );
    // Lambda takes an identifier that it does not know as a failure of the whole batch: place -1 becomes 0.
    return Math.max(0, Math.min(...places));
  }

  /** AWS says nothing; whoever debugs a simulation must know. */
  #reportTrimmed(records: number): void {
    const { table, log } = this.#options;
    log.error('stream records lost: older than a day', { table: table.name, region: table.region, records });
  }

  #abandon(records: readonly StreamRecord[], { condition, attempts, cause }: Abandonment): void {
    const { table, log, failureDestination, scheduler } = this.#options;
    this.abandoned.push({ sequenceNumbers: records.map(sequenceNumberOf), condition, attempts, cause });
    log.error('stream records given up', {
      table: table.name,
      region: table.region,
      items: records.map(({ pk, sk }) => `${pk} ${sk}`),
      condition,
      attempts,
      error: cause,
    });
    failureDestination?.send(failureRecordOf(table, records, { condition, attempts, now: scheduler.now() }));
  }
}
