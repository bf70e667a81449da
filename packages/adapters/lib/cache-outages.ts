import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import { steadyClock } from '@flaghoist/core/steady-clock';

interface Ports {
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A connection, or the name of a command. */
type Failing = object | string;

/** A server that comes and goes many times a second does not fill the log: no reason is told more often. */
const QUIET_MS = 10_000;

/**
 * The outages of the caches of a region, as one process sees them over all of its connections. Each outage is logged once per
 * reason, however often the connections are tried meanwhile, and once more when it is over.
 */
export class CacheOutages {
  readonly #log: Ports['log'];
  readonly #clock: Ports['clock'];
  /** What fails at this moment, by reason. */
  readonly #failing = new Map<string, Set<Failing>>();
  #since: number | null = null;
  readonly #told = new Set<string>();
  readonly #toldAt = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  constructor({ log, clock }: Ports) {
    this.#log = log;
    this.#clock = steadyClock(clock);
  }

  /** How many there have been, by the reason that each began with. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** @param reason one word, of a set that does not grow with what a server says */
  failed(what: Failing, reason: string, error: Error): void {
    const now = this.#clock.now();
    if (this.#since === null) {
      this.#since = now;
      this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    }
    this.#failing.set(reason, (this.#failing.get(reason) ?? new Set()).add(what));
    if (this.#told.has(reason) || now - (this.#toldAt.get(reason) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    this.#told.add(reason);
    this.#toldAt.set(reason, now);
    this.#log.warn('cache cannot be used', { reason, error });
  }

  /** A connection is over its reasons when all that had them are; a command that is answered speaks for all commands. */
  works(what: Failing): void {
    if (this.#since === null) return;
    for (const [reason, failing] of this.#failing) {
      if (!failing.delete(what)) continue;
      if (typeof what === 'string' || failing.size === 0) this.#failing.delete(reason);
    }
    if (this.#failing.size > 0) return;
    const lastedMs = this.#clock.now() - this.#since;
    this.#since = null;
    if (this.#told.size > 0) this.#log.info('cache can be used again', { reasons: [...this.#told], lastedMs });
    this.#told.clear();
  }
}
