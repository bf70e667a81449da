import { CANARY_FLAG } from '@flaghoist/core/canary';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { Order } from '@flaghoist/core/order';
import type { Follower, Progress } from './follower.ts';
import type { ControlPlanePorts } from './ports.ts';

/** That every expected cache was seen holding a change. No event of the protocol: the regions have yet to prove it. */
interface AcknowledgedEvent {
  readonly type: 'ChangeAcknowledged';
  readonly at: number;
  readonly region: string;
  readonly detail: { readonly flagKey: string; readonly changeId: string; readonly order: Order };
}

export type FeedEvent = AcknowledgedEvent | Pick<FlaghoistEvent, 'type' | 'at' | 'region' | 'detail'>;

export interface Numbered {
  readonly id: string;
  readonly event: FeedEvent;
}

/** What is kept for who comes back after a while. */
const KEPT = 10_000;

type Subscriber = () => void;

/** The events of home, numbered, the newest of them kept. */
export class Feed {
  /** Tells the numbers of one server from those of another. */
  readonly #boot: string;
  readonly #subscribers = new Set<Subscriber>();
  readonly #stops: readonly (() => void)[];
  #kept: Numbered[] = [];
  #count = 0;

  constructor(ports: Pick<ControlPlanePorts, 'watch' | 'home' | 'clock'>, follower: Follower) {
    this.#boot = ports.clock.now().toString(36);
    this.#stops = [
      ports.watch({
        happened: ({ type, at, region, detail }) => this.#add({ type, at, region, detail } as FeedEvent),
      }),
      follower.listen((progress) => {
        if (progress.acknowledged) this.#add(acknowledgedEvent(progress, ports.home().region));
      }),
    ];
  }

  /** The place behind all that has happened so far. */
  get end(): number {
    return this.#count;
  }

  /** The place behind an event; `undefined` for an id that is not of this server. */
  placeOf(id: string): number | undefined {
    const [boot, number] = id.split('-');
    if (boot !== this.#boot || !/^\d+$/.test(number ?? '')) return undefined;
    const place = Number(number);
    return place > this.#count ? undefined : place;
  }

  /** The next of what came behind a place, at most so many; `undefined` where some of it is no longer kept. */
  after(place: number, most: number): readonly Numbered[] | undefined {
    const from = place - (this.#count - this.#kept.length);
    return from < 0 ? undefined : this.#kept.slice(from, from + most);
  }

  /** Calls it at each event, once `after` gives it. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#subscribers.clear();
  }

  #add(event: FeedEvent): void {
    if ('flagKey' in event.detail && event.detail.flagKey === CANARY_FLAG) return;
    // For who may search the trail, and not for everybody who reads flags.
    if ('tokenId' in event.detail) return;
    this.#count += 1;
    this.#kept.push({ id: `${this.#boot}-${this.#count}`, event });
    if (this.#kept.length >= 2 * KEPT) this.#kept = this.#kept.slice(-KEPT);
    for (const subscriber of this.#subscribers) subscriber();
  }
}

const acknowledgedEvent = ({ flagKey, changeId, order, at }: Progress, region: string): AcknowledgedEvent => ({
  type: 'ChangeAcknowledged',
  at,
  region,
  detail: { flagKey, changeId, order },
});
