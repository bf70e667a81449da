import type { DeadLetter } from '@flaghoist/core/ports/dead-letters';
import type { Random } from '@flaghoist/core/ports/random';
import type { ServiceQueues } from '@flaghoist/core/ports/service-queues';
import type { LetterStorage } from './journal.ts';
import type { Limits } from './limits.ts';
import { Queue } from './queue.ts';
import type { Scheduler } from './scheduler.ts';

export interface ServiceQueuesOptions {
  readonly region: string;
  readonly scheduler: Scheduler;
  readonly services: readonly string[];
  readonly visibilityTimeoutMs?: number;
  /** Deliveries after which a message goes to the dead-letter queue. 5 unless told otherwise. */
  readonly maxReceiveCount?: number;
  /** See `QueueOptions`. */
  readonly retentionMs?: number;
  readonly deadLetterRetentionMs?: number;
  readonly shuffle?: Random;
  /** See `QueueOptions`. */
  readonly limits?: Limits;
  /** Where the dead letters outlive the process, by the ARN of their queue. */
  readonly lettersOf?: (arn: string) => LetterStorage;
}

/** A message that was asked to come back sooner or later than its queue's timeout says. */
export interface Retry {
  readonly service: string;
  readonly receiptHandle: string;
  readonly seconds: number;
}

const DEFAULT_MAX_RECEIVES = 5;
const RETRIES_KEPT = 1000;

/** The queues of one region's services, a dead-letter queue beside each. */
export class InMemoryServiceQueues implements ServiceQueues {
  readonly #options: ServiceQueuesOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #serviceByArn = new Map<string, string>();
  #retries: Retry[] = [];

  constructor(options: ServiceQueuesOptions) {
    this.#options = options;
    for (const service of options.services) this.add(service);
  }

  /** The newest retries that were asked for, oldest first. */
  get retries(): readonly Retry[] {
    return this.#retries;
  }

  /** Creates the queues of a service that joins. One that has them keeps them. */
  add(service: string): Queue {
    const existing = this.#queues.get(service);
    if (existing !== undefined) return existing;
    const {
      region,
      scheduler,
      services: _,
      maxReceiveCount,
      deadLetterRetentionMs,
      lettersOf,
      ...rest
    } = this.#options;
    const { limits } = rest;
    const name = `${service}-flags`;
    const deadLetterQueue = new Queue({
      name: `${name}-dlq`,
      region,
      scheduler,
      ...(deadLetterRetentionMs === undefined ? {} : { retentionMs: deadLetterRetentionMs }),
      ...(limits && { limits }),
      storageOf: lettersOf,
    });
    const redrive = { deadLetterQueue, maxReceiveCount: maxReceiveCount ?? DEFAULT_MAX_RECEIVES };
    const queue = new Queue({ ...rest, name, region, scheduler, redrive });
    this.#queues.set(service, queue);
    this.#serviceByArn.set(queue.arn, service);
    return queue;
  }

  /** @throws RangeError for a service without queues */
  queue(service: string): Queue {
    const queue = this.#queues.get(service);
    if (queue === undefined) throw new RangeError(`${service} has no queue in ${this.#options.region}`);
    return queue;
  }

  /** The service whose queue this is. @throws RangeError for a queue of none */
  serviceOf(eventSourceArn: string): string {
    const service = this.#serviceByArn.get(eventSourceArn);
    if (service === undefined) throw new RangeError(`${eventSourceArn} is no queue of a service`);
    return service;
  }

  /** A message that is no longer in flight is visible already, or gone: nothing is left to do. */
  async retryAfter(eventSourceArn: string, receiptHandle: string, seconds: number): Promise<void> {
    const service = this.serviceOf(eventSourceArn);
    this.#retries.push({ service, receiptHandle, seconds });
    if (this.#retries.length > 2 * RETRIES_KEPT) this.#retries = this.#retries.slice(-RETRIES_KEPT);
    this.queue(service).changeVisibility(receiptHandle, seconds);
  }

  async giveUp(service: string, { body }: DeadLetter): Promise<void> {
    this.queue(service).deadLetterQueue?.send(body);
  }

  async givenUp(service: string): Promise<number> {
    const letters = this.queue(service).deadLetterQueue;
    return letters === undefined ? 0 : letters.waiting + letters.inFlight;
  }

  /** Sends everything in the dead-letter queues again. @returns how many messages */
  redriveAll(): number {
    let moved = 0;
    for (const queue of this.#queues.values()) moved += queue.redriveAll();
    return moved;
  }
}
