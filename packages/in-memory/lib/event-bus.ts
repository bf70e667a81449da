import { UnavailableError } from '@flaghoist/core/errors';
import { type FlaghoistEvent, parseEvent } from '@flaghoist/core/events';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import { type EventPattern, matches, parsePattern } from './event-pattern.ts';
import { type LatencyModel, type Leg, noLatency } from './latency.ts';
import { assertDeliverable, type Limits, sizeLimits } from './limits.ts';
import { silent } from './logger.ts';
import { Network } from './network.ts';
import type { Scheduler } from './scheduler.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';

/** Takes an event in EventBridge's frame, as JSON. What throws is tried again. */
export type EventTarget = (message: string) => void | Promise<void>;

export interface EventBusOptions {
  readonly region?: string;
  readonly scheduler?: Scheduler;
  readonly network?: Network;
  readonly latency?: LatencyModel;
  readonly log?: Logger;
  /** How many of the newest events `published` gives back; all unless told otherwise. */
  readonly keepEvents?: number;
  /** How often a delivery comes twice. */
  readonly duplicates?: { readonly random: Random; readonly probability: number };
  /** The sizes unless told otherwise. */
  readonly limits?: Limits;
}

/** How a rule delivers. */
interface Delivery {
  readonly leg?: Leg;
  /** Takes the events that no attempt delivered. */
  readonly deadLetters?: { send(message: string): void };
}

interface Rule {
  readonly deadLetters: Delivery['deadLetters'];
  readonly pattern: EventPattern;
  readonly leg: Leg;
  /** EventBridge does not pass on to a third bus what came from another one: no event goes round in circles. */
  readonly forwards: boolean;
  readonly deliver: EventTarget;
}

interface Frame {
  readonly message: string;
  readonly parsed: unknown;
  readonly forwarded: boolean;
}

const ACCOUNT = '000000000000';
const MAX_ATTEMPTS = 185;
const LONGEST_RETRY_MS = 60_000;

/** One region's bus: rules with targets, and rules that forward to the bus of another region. At least once. */
export class InMemoryEventBus implements EventBus {
  readonly region: string;
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #latency: LatencyModel;
  readonly #log: Logger;
  readonly #keepEvents: number;
  readonly #duplicates: EventBusOptions['duplicates'];
  readonly #limits: Limits;
  readonly #rules: Rule[] = [];
  #messages: string[] = [];
  #sent = 0;
  #down = false;

  constructor(options: EventBusOptions = {}) {
    this.region = options.region ?? 'eu-west-1';
    this.#scheduler = options.scheduler ?? new VirtualScheduler();
    this.#network = options.network ?? new Network();
    this.#latency = options.latency ?? noLatency;
    this.#log = options.log ?? silent;
    this.#keepEvents = options.keepEvents ?? Number.POSITIVE_INFINITY;
    this.#duplicates = options.duplicates;
    this.#limits = options.limits ?? sizeLimits;
  }

  /** What was put on this bus, oldest first, read back from its JSON. What other buses forwarded is not among it. */
  get published(): readonly FlaghoistEvent[] {
    return this.#messages.slice(-this.#keepEvents).map((message) => parseEvent(JSON.parse(message).detail));
  }

  /** @throws RangeError for an event over 256 KiB: none of them is taken then */
  async publish(events: readonly FlaghoistEvent[]): Promise<void> {
    if (this.#down) {
      throw new UnavailableError(`the event bus of ${this.region}`, 'Emit again: ids are the same each time.');
    }
    const messages = events.map((event) => JSON.stringify(this.#frameOf(event)));
    if (this.#limits.eventSize) for (const message of messages) assertDeliverable('an event', message);
    for (const message of messages) {
      this.#keep(message);
      this.#route({ message, parsed: JSON.parse(message), forwarded: false });
    }
  }

  /**
   * Adds a rule with a target. A target that throws is tried again, later and later, up to 185 times; then the event goes
   * to the rule's dead letters.
   *
   * @throws InvalidInputError for a pattern beyond exact values
   */
  addRule(pattern: unknown, target: EventTarget, { leg = 'eventBridgeToTarget', deadLetters }: Delivery = {}): void {
    this.#rules.push({ pattern: parsePattern(pattern), leg, forwards: false, deadLetters, deliver: target });
  }

  /** Adds a rule that forwards to another region's bus. While one of the two is cut off, events wait. */
  forward(pattern: unknown, to: InMemoryEventBus, { deadLetters }: Pick<Delivery, 'deadLetters'> = {}): void {
    this.#rules.push({
      pattern: parsePattern(pattern),
      leg: 'crossRegionEvent',
      forwards: true,
      deadLetters,
      deliver: (message) =>
        this.#network.whenConnected(this.region, to.region, () =>
          to.#route({ message, parsed: JSON.parse(message), forwarded: true }),
        ),
    });
  }

  /** From now on the bus takes no events. */
  takeDown(): void {
    this.#down = true;
  }

  bringUp(): void {
    this.#down = false;
  }

  #frameOf(event: FlaghoistEvent): Record<string, unknown> {
    this.#sent += 1;
    return {
      version: '0',
      id: `${this.region}-${this.#sent}`,
      'detail-type': event.type,
      source: event.source,
      account: ACCOUNT,
      time: new Date(this.#scheduler.now()).toISOString(),
      region: this.region,
      resources: [],
      detail: event,
    };
  }

  #keep(message: string): void {
    if (this.#keepEvents === 0) return;
    this.#messages.push(message);
    if (this.#messages.length >= 2 * this.#keepEvents) this.#messages = this.#messages.slice(-this.#keepEvents);
  }

  #route({ message, parsed, forwarded }: Frame): void {
    for (const rule of this.#rules) {
      if ((forwarded && rule.forwards) || !matches(rule.pattern, parsed)) continue;
      this.#schedule(rule, message);
      if (this.#duplicates && this.#duplicates.random.next() < this.#duplicates.probability) {
        this.#schedule(rule, message);
      }
    }
  }

  #schedule(rule: Rule, message: string): void {
    this.#scheduler.schedule(this.#latency.sample(rule.leg), () => this.#deliver(rule, message, 1));
  }

  async #deliver(rule: Rule, message: string, attempt: number): Promise<void> {
    try {
      await rule.deliver(message);
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS) {
        this.#log.error('event given up', { region: this.region, attempts: attempt, error });
        rule.deadLetters?.send(message);
        return;
      }
      const delayMs = Math.min(LONGEST_RETRY_MS, 1000 * 2 ** (attempt - 1));
      this.#scheduler.schedule(delayMs, () => this.#deliver(rule, message, attempt + 1));
    }
  }
}
