import type { Random } from '@flaghoist/core/ports/random';
import { type LatencyModel, noLatency } from './latency.ts';
import { assertDeliverable, type Limits, sizeLimits } from './limits.ts';
import type { Scheduler } from './scheduler.ts';

/** Message attributes: a String is an array of one, as filter policies see it. */
export type MessageAttributes = Readonly<Record<string, readonly string[]>>;

/** For each named attribute the values of which the message must have one. Exact strings only. */
export type FilterPolicy = Readonly<Record<string, readonly string[]>>;

/** What a topic delivers to: a queue. Raw delivery: the message is the body, and nothing around it. */
export interface MessageSink {
  send(body: string): void;
}

interface Subscription {
  readonly sink: MessageSink;
  readonly filters: readonly (readonly [attribute: string, allowed: ReadonlySet<string>])[];
}

export interface TopicOptions {
  readonly region: string;
  readonly scheduler: Scheduler;
  readonly latency?: LatencyModel;
  /** How often a delivery comes twice: at least once is all that a standard topic promises. */
  readonly duplicates?: { readonly random: Random; readonly probability: number };
  /** The sizes unless told otherwise. */
  readonly limits?: Limits;
}

/** SNS allows no more filter policies on a topic. */
const MAX_FILTER_POLICIES = 200;

/**
 * A standard SNS topic. One body, made once, goes to every subscription whose filter passes. Each leg has its own delay, so
 * that messages overtake each other; without delays all legs of a message are one task.
 */
export class Topic {
  readonly region: string;
  readonly #scheduler: Scheduler;
  readonly #latency: LatencyModel;
  readonly #duplicates: TopicOptions['duplicates'];
  readonly #limits: Limits;
  #subscriptions: readonly Subscription[] = [];

  constructor({ region, scheduler, latency = noLatency, duplicates, limits = sizeLimits }: TopicOptions) {
    this.region = region;
    this.#scheduler = scheduler;
    this.#latency = latency;
    this.#duplicates = duplicates;
    this.#limits = limits;
  }

  /** @throws RangeError for the 201st filter policy */
  subscribe(sink: MessageSink, filterPolicy: FilterPolicy = {}): { unsubscribe(): void } {
    const filters = Object.entries(filterPolicy).map(([attribute, allowed]) => [attribute, new Set(allowed)] as const);
    const policies = this.#subscriptions.filter((other) => other.filters.length > 0).length;
    if (filters.length > 0 && policies >= MAX_FILTER_POLICIES) {
      throw new RangeError(`a topic takes at most ${MAX_FILTER_POLICIES} filter policies`);
    }
    const subscription = { sink, filters };
    this.#subscriptions = [...this.#subscriptions, subscription];
    return {
      unsubscribe: () => {
        this.#subscriptions = this.#subscriptions.filter((other) => other !== subscription);
      },
    };
  }

  /** @throws RangeError for a message over 256 KiB, its attributes included */
  publish(body: string, attributes: MessageAttributes = {}): void {
    if (this.#limits.messageSize) assertDeliverable('a message', body + JSON.stringify(attributes));
    const legs = this.#subscriptions.filter(({ filters }) => passes(filters, attributes));
    if (this.#latency.modelled) {
      for (const { sink } of legs) this.#deliverLater(sink, body);
    } else {
      this.#scheduler.schedule(0, () => {
        for (const { sink } of legs) sink.send(body);
      });
    }
    if (this.#duplicates !== undefined) this.#duplicate(legs, body, this.#duplicates);
  }

  #deliverLater(sink: MessageSink, body: string): void {
    this.#scheduler.schedule(this.#latency.sample('topicToQueue'), () => sink.send(body));
  }

  #duplicate(
    legs: readonly Subscription[],
    body: string,
    { random, probability }: NonNullable<TopicOptions['duplicates']>,
  ): void {
    for (const { sink } of legs) if (random.next() < probability) this.#deliverLater(sink, body);
  }
}

const passes = (filters: Subscription['filters'], attributes: MessageAttributes): boolean =>
  filters.every(([attribute, allowed]) => attributes[attribute]?.some((value) => allowed.has(value)) ?? false);
