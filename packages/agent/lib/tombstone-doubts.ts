import type { Held } from '@flaghoist/core/compare-and-set';
import { sameOrder } from '@flaghoist/core/order';

/** The reconciler puts a tombstone that a cache has lost back at its next pass, a minute later: three passes. */
const DOUBT_MS = 180_000;

interface Doubt {
  readonly held: Held;
  /** On a steady clock. */
  readonly since: number;
  /** The time was over, and it was said so. */
  isDue: boolean;
}

/**
 * A tombstone has no bytes, so nothing proves its order: a wrong one, higher than any that there will be, would keep the flag away
 * for good. It takes the flag away at once. When the cache then holds a lower order whose bytes are proven, the cache was set back
 * and the reconciler writes the tombstone again; or the tombstone was wrong, and the cache goes on holding the lower order.
 */
export class TombstoneDoubts {
  readonly #doubts = new Map<string, Doubt>();

  /** Whether the cache has held this for so long, below a tombstone, that the tombstone was wrong. The first call begins to count. */
  isWrong(flagKey: string, held: Held, at: number): boolean {
    const doubt = this.#doubts.get(flagKey);
    if (doubt === undefined || !same(doubt.held, held)) {
      this.#doubts.set(flagKey, { held, since: at, isDue: false });
      return false;
    }
    const isWrong = at - doubt.since >= DOUBT_MS;
    if (isWrong) this.#doubts.delete(flagKey);
    return isWrong;
  }

  /** What the cache holds now: a doubt about anything else is over. */
  holds(flagKey: string, held: Held | null): void {
    const doubt = this.#doubts.get(flagKey);
    if (doubt !== undefined && (held === null || !same(doubt.held, held))) this.#doubts.delete(flagKey);
  }

  /** Flags to look at once more, since the time is over: each is named once. */
  due(at: number): readonly string[] {
    const due = [...this.#doubts].filter(([, { since, isDue }]) => !isDue && at - since >= DOUBT_MS);
    for (const [, doubt] of due) doubt.isDue = true;
    return due.map(([flagKey]) => flagKey);
  }

  get flagKeys(): readonly string[] {
    return [...this.#doubts.keys()];
  }
}

const same = (one: Held, other: Held): boolean =>
  sameOrder(one.order, other.order) && one.digest === other.digest && one.tombstone === other.tombstone;
