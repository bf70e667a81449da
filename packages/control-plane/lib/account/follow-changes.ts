import type { ChangeKey } from '@flaghoist/core/change';
import { acceptedEvent, decisionEvents } from '@flaghoist/core/change-events';
import { parseEnvelope } from '@flaghoist/core/envelope';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { formatOrder } from '@flaghoist/core/order';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { HomePorts, Watcher } from '../ports.ts';

interface Followed {
  readonly home: () => Pick<HomePorts, 'region' | 'changes' | 'flags'>;
  readonly clock: Clock;
  readonly log: Logger;
}

const EVERY_MS = 2_000;

type Open = Pick<ChangeKey, 'flagKey' | 'order'>;

/**
 * Tells watchers what home has accepted and decided, by looking at its table every two seconds: no queue of the account is this
 * server's, and events are the same, made from the same records under the same ids. What heals after it ended unverified is not told.
 */
export class ChangesFollowed {
  readonly #options: Followed;
  readonly #watchers = new Set<Watcher>();
  readonly #open = new Map<string, Open>();
  #running = false;

  constructor(options: Followed) {
    this.#options = options;
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (!this.#running) void this.#run();
    return () => this.#watchers.delete(watcher);
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { clock, log } = this.#options;
    while (this.#watchers.size > 0) {
      try {
        await this.look();
      } catch (error) {
        log.warn('changes not looked at, events are late', { error });
      }
      await clock.sleep(EVERY_MS);
    }
    this.#running = false;
  }

  /** One look. */
  async look(): Promise<void> {
    const { home, clock } = this.#options;
    const { region, changes, flags } = home();
    const seen = new Set<string>();
    for await (const { flagKey, order } of changes.undecided(clock.now() + 1)) {
      const key = `${flagKey} ${formatOrder(order)}`;
      seen.add(key);
      if (this.#open.has(key)) continue;
      const stored = await flags.revision(flagKey, order);
      if (stored === undefined) continue;
      this.#open.set(key, { flagKey, order });
      this.#tell([acceptedEvent(parseEnvelope(stored.body), region)]);
    }
    for (const [key, { flagKey, order }] of this.#open) {
      if (seen.has(key)) continue;
      const record = await changes.record(flagKey, order);
      // The index may lag.
      if (record?.state === 'accepted') continue;
      this.#open.delete(key);
      if (record !== undefined) this.#tell(decisionEvents(record, region));
    }
  }

  #tell(events: readonly FlaghoistEvent[]): void {
    for (const event of events) for (const watcher of this.#watchers) watcher.happened?.(event);
  }
}
