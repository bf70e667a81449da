import type { Clock } from '@flaghoist/core/ports/clock';

/** Looks are a second apart: five in vain, and what is served may be old. */
const STALE_AFTER_MS = 5_000;
/** A kill is in every cache within seconds. Away for longer, and one may have been given that was not seen. */
const KILL_UNSEEN_AFTER_MS = 30_000;

/** How old what is served may be: since the last look that found nothing newer. */
export class Freshness {
  readonly #clock: Pick<Clock, 'now'>;
  #seenAt: number | null = null;
  #onLoaded: (() => void)[] = [];

  /** @param clock a steady one */
  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** At this time all that the cache held was here. */
  seen(at: number): void {
    const first = this.#seenAt === null;
    this.#seenAt = Math.max(at, this.#seenAt ?? at);
    if (first) for (const listener of this.#onLoaded) listener();
  }

  /** Called once, when there is something to serve for the first time. */
  onLoaded(listener: () => void): void {
    this.#onLoaded.push(listener);
  }

  /** Whether there is anything to serve. */
  get loaded(): boolean {
    return this.#seenAt !== null;
  }

  get ageMs(): number {
    return this.#seenAt === null ? Number.POSITIVE_INFINITY : this.#clock.now() - this.#seenAt;
  }

  get stale(): boolean {
    return this.ageMs > STALE_AFTER_MS;
  }

  get killMayBeUnseen(): boolean {
    return this.ageMs > KILL_UNSEEN_AFTER_MS;
  }
}
