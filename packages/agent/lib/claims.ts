import type { InstanceClaim } from '@flaghoist/core/instance-claim';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { ServiceFeed } from '@flaghoist/core/ports/service-feed';
import { evaluatorName } from './evaluator.ts';
import type { FlagSet } from './flag-set.ts';
import type { Follower } from './follower.ts';
import type { Freshness } from './freshness.ts';

const EVERY_MS = 5_000;
/** A row stays small, whatever is broken. */
const MAX_REFUSED = 10;
const MAX_REASON = 200;

interface Ports {
  readonly instance: string;
  readonly feed: Pick<ServiceFeed, 'claim'>;
  readonly flags: FlagSet;
  readonly freshness: Freshness;
  readonly follower: Follower;
  readonly clock: Pick<Clock, 'now'>;
  readonly steady: Pick<Clock, 'now'>;
}

/** Tells the cache what this instance holds: after each change, and every 5 s, so that its silence shows. */
export class Claims {
  readonly #ports: Ports;
  #streams: () => number = () => 0;
  #changed = true;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(ports: Ports) {
    this.#ports = ports;
    ports.flags.listen(() => {
      this.#changed = true;
    });
  }

  countStreams(streams: () => number): void {
    this.#streams = streams;
  }

  /** Never throws: whoever cannot say it counts as gone. */
  async say(): Promise<void> {
    const { instance, feed, steady } = this.#ports;
    if (!this.#changed && steady.now() - this.#saidAt < EVERY_MS) return;
    this.#changed = false;
    this.#saidAt = steady.now();
    try {
      await feed.claim(instance, JSON.stringify(this.#claim()));
    } catch {
      this.#changed = true;
    }
  }

  #claim(): InstanceClaim {
    const { flags, freshness, follower, clock } = this.#ports;
    const at = clock.now();
    return {
      sequence: follower.sequence ?? 0,
      digest: flags.digest,
      at,
      seenAt: freshness.loaded ? Math.max(0, at - freshness.ageMs) : null,
      streams: this.#streams(),
      evaluator: evaluatorName(flags.evaluator),
      carries: flags.carried.map(({ version, bucketing }) => ({ version, bucketing })),
      refused: flags.refusals
        .slice(0, MAX_REFUSED)
        .map(({ flagKey, order, reason }) => ({ flagKey, order, reason: reason.slice(0, MAX_REASON) })),
    };
  }
}
