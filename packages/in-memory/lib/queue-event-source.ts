import type { Logger } from '@flaghoist/core/ports/logger';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type LatencyModel, noLatency } from './latency.ts';
import type { Queue, ReceivedMessage } from './queue.ts';
import type { Scheduler } from './scheduler.ts';
import type { Poller, WakeUps } from './wake-ups.ts';

// biome-ignore lint/suspicious/noConfusingVoidType: a Lambda handler without partial failures resolves to nothing
export type QueueHandler = (event: SQSEvent) => Promise<SQSBatchResponse | void>;

export interface QueueEventSourceOptions {
  readonly queue: Queue;
  readonly handler: QueueHandler;
  readonly scheduler: Scheduler;
  /** Shared by the event sources of a region. */
  readonly wakeUps: WakeUps;
  readonly log: Logger;
  /** At most 10: more needs a batching window of a second. */
  readonly batchSize?: number;
  /** Batches in progress at the same time; Lambda starts with 5. */
  readonly maxConcurrency?: number;
  readonly latency?: LatencyModel;
}

const MAX_BATCH = 10;
const DEFAULT_CONCURRENCY = 5;
/** SNS hands them on with raw delivery; only a metric reads one, and worlds in memory are not measured by it. */
const NO_ATTRIBUTES: SQSRecord['messageAttributes'] = Object.freeze({});

/**
 * A Lambda event source mapping on a queue, with `ReportBatchItemFailures`: what the handler names as failed, and the whole
 * batch when it throws, comes back after the visibility timeout; the rest is deleted.
 */
export class QueueEventSource implements Poller {
  readonly #options: QueueEventSourceOptions;
  readonly #queue: Queue;
  readonly #batchSize: number;
  readonly #maxConcurrency: number;
  readonly #latency: LatencyModel;
  #inProgress = 0;
  #awake = false;
  #enabled = true;

  constructor(options: QueueEventSourceOptions) {
    this.#options = options;
    this.#queue = options.queue;
    this.#batchSize = options.batchSize ?? MAX_BATCH;
    if (this.#batchSize > MAX_BATCH) throw new RangeError(`a batch has at most ${MAX_BATCH} messages`);
    this.#maxConcurrency = options.maxConcurrency ?? DEFAULT_CONCURRENCY;
    this.#latency = options.latency ?? noLatency;
    this.#queue.onMessages(() => this.#wake());
  }

  /** Stops polling; batches in progress end as they would. */
  disable(): void {
    this.#enabled = false;
  }

  enable(): void {
    this.#enabled = true;
    this.#wake();
  }

  poll(): void {
    this.#awake = false;
    if (!this.#enabled || this.#inProgress >= this.#maxConcurrency) return;
    const batch = this.#queue.receive(this.#batchSize);
    if (batch.length > 0) void this.#process(batch);
    this.#wake();
  }

  #wake(): void {
    if (this.#awake || !this.#enabled || this.#inProgress >= this.#maxConcurrency || this.#queue.waiting === 0) return;
    this.#awake = true;
    const delayMs = this.#latency.sample('queueToLambda');
    if (delayMs === 0) this.#options.wakeUps.wake(this);
    else this.#options.scheduler.schedule(delayMs, () => this.poll());
  }

  async #process(batch: readonly ReceivedMessage[]): Promise<void> {
    this.#inProgress += 1;
    try {
      const response = await this.#options.handler({ Records: batch.map((message) => this.#recordOf(message)) });
      this.#settle(batch, response ?? { batchItemFailures: [] });
    } catch (error) {
      this.#options.log.warn('handler failed, its whole batch comes again', {
        queue: this.#queue.name,
        messages: batch.length,
        error,
      });
    }
    this.#inProgress -= 1;
    this.#wake();
  }

  #settle(batch: readonly ReceivedMessage[], { batchItemFailures }: SQSBatchResponse): void {
    if (batchItemFailures.length === 0) {
      for (const message of batch) this.#queue.deleteReceived(message);
      return;
    }
    const failed = new Set(batchItemFailures.map((item) => item.itemIdentifier));
    // Lambda takes an answer that names a message it was not given as a failure of the whole batch.
    for (const id of failed) {
      if (!batch.some(({ messageId }) => messageId === id)) throw new Error(`unknown item identifier ${id}`);
    }
    for (const message of batch) if (!failed.has(message.messageId)) this.#queue.deleteReceived(message);
  }

  #recordOf(message: ReceivedMessage): SQSRecord {
    return {
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAt),
        SenderId: 'flaghoist',
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      },
      messageAttributes: NO_ATTRIBUTES,
      // Nothing reads it, and hashing would cost more than the whole delivery.
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: this.#queue.arn,
      awsRegion: this.#queue.region,
    };
  }
}
