import { hash } from 'node:crypto';
import type { Held } from '@flaghoist/core/compare-and-set';
import { type NamedEvaluator, sameEvaluator } from '@flaghoist/core/evaluator';
import { recomputedDigest } from '@flaghoist/core/intact';
import { compareOrders, formatOrder, type Order } from '@flaghoist/core/order';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import { CARRIED, type CarriedEvaluator } from './evaluator.ts';
import { probeOf } from './probe.ts';
import { type AnsweringFlag, type ServedFlag, servedFlag } from './served-flag.ts';
import { TombstoneDoubts } from './tombstone-doubts.ts';

/** What was offered and not taken, so that what was there goes on being served. */
export interface Refusal {
  readonly flagKey: string;
  readonly order: Order;
  readonly reason: string;
}

interface Entry {
  readonly held: Held;
  readonly served: ServedFlag | null;
  /** The highest order of which bytes were proven here; `null` where a tombstone came first. */
  readonly proven: Order | null;
  /** Of what the digest is made. */
  readonly line: string;
}
type Listener = (flagKeys: readonly string[]) => void;

/**
 * The flags that a service has, each with its order; a tombstone has no flag. One flag is replaced at a time, and none by an
 * older one.
 */
export class FlagSet {
  /** Those that it can go over to, the newest first. */
  readonly carried: readonly CarriedEvaluator[];
  #evaluator: CarriedEvaluator;
  #probe: AnsweringFlag;
  #evaluatorMissing: NamedEvaluator | null = null;
  readonly #entries = new Map<string, Entry>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #doubts = new TombstoneDoubts();
  readonly #listeners = new Set<Listener>();
  #digest: string | undefined;

  constructor(carried: readonly [CarriedEvaluator, ...CarriedEvaluator[]] = CARRIED) {
    this.carried = carried;
    [this.#evaluator] = carried;
    this.#probe = probeOf(this.#evaluator);
  }

  /** By which flags are evaluated now. */
  get evaluator(): CarriedEvaluator {
    return this.#evaluator;
  }

  /** What it was last to go over to, where that is not carried: it goes on with the one that it has. */
  get evaluatorMissing(): NamedEvaluator | null {
    return this.#evaluatorMissing;
  }

  /** The flag that shows by its variant how this evaluator draws. */
  get probe(): AnsweringFlag {
    return this.#probe;
  }

  /**
   * Goes over to an evaluator with all flags at once. A flag that it cannot load is served by the one before, and refused.
   *
   * @returns `false` when it is not carried, and nothing has changed
   */
  use(wanted: NamedEvaluator): boolean {
    const next = this.carried.find((each) => sameEvaluator(each, wanted));
    this.#evaluatorMissing = next === undefined ? wanted : null;
    if (next === undefined || next === this.#evaluator) return next !== undefined;
    this.#evaluator = next;
    this.#probe = probeOf(next);
    const keys = [...this.all()].map((served) => {
      this.#put(served.key, served.held, () => servedFlag(served.key, served, next));
      return served.key;
    });
    for (const listener of this.#listeners) listener(keys);
    return true;
  }

  /**
   * Takes what a cache holds, flag by flag. What is older, lost or broken there changes nothing here.
   *
   * @param at when it is taken, on a steady clock
   */
  take(found: ReadonlyMap<string, CachedFlag>, at: number): void {
    const changed = [...found]
      .filter(([flagKey, flag]) => this.#takeOne(flagKey, flag, at))
      .map(([flagKey]) => flagKey);
    if (changed.length === 0) return;
    this.#digest = undefined;
    for (const listener of this.#listeners) listener(changed);
  }

  /** Whether a cache that holds this has something to give. */
  lacks(flagKey: string, held: Held | null): boolean {
    const entry = this.#entries.get(flagKey);
    if (held === null || entry === undefined) return held !== null;
    const { held: mine, proven } = entry;
    const ahead = compareOrders(held.order, mine.order);
    if (ahead < 0) {
      // Below what was proven here, such as a kill, nothing comes back.
      return mine.tombstone && !held.tombstone && (proven === null || compareOrders(held.order, proven) >= 0);
    }
    // A member and a service that left hold the same order and digest; only this tells them apart.
    return ahead > 0 || held.digest !== mine.digest || held.tombstone !== mine.tombstone;
  }

  /** Flags of which the cache has long held what a tombstone here keeps away: they are to be taken once more, and named once. */
  doubted(at: number): readonly string[] {
    return this.#doubts.due(at);
  }

  /** Called with the keys of each group of flags that changed. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  served(flagKey: string): ServedFlag | undefined {
    return this.#entries.get(flagKey)?.served ?? undefined;
  }

  *all(): Generator<ServedFlag> {
    for (const { served } of this.#entries.values()) if (served !== null) yield served;
  }

  /** What was taken, for whoever keeps it. */
  get held(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  get refusals(): readonly Refusal[] {
    return [...this.#refusals.values()];
  }

  /** Whether there are flags, and none that could be taken: that is not a set without flags. */
  get isUnreadable(): boolean {
    return this.#refusals.size > 0 && this.all().next().done === true;
  }

  /** Forgets what was refused and is not offered any more. @param offered what the cache says that it holds */
  forgetRefusals(offered: ReadonlyMap<string, Held | null>): void {
    for (const flagKey of this.#doubts.flagKeys) this.#doubts.holds(flagKey, offered.get(flagKey) ?? null);
    for (const { flagKey, order } of this.refusals) {
      const held = offered.get(flagKey);
      if (!held || compareOrders(held.order, order) !== 0) this.#refusals.delete(flagKey);
    }
  }

  /** Of what is answered: of the flags, and by whom. */
  get tag(): string {
    return `${this.digest}-${this.#evaluator.version}`;
  }

  /** Over what is held: two sets with the same flags at the same orders have the same. */
  get digest(): string {
    this.#digest ??= hash(
      'sha256',
      [...this.#entries.values()]
        .map(({ line }) => line)
        .sort()
        .join(''),
    );
    return this.#digest;
  }

  #takeOne(flagKey: string, { held, stored }: CachedFlag, at: number): boolean {
    this.#doubts.holds(flagKey, held);
    // Lost there is not archived here.
    if (held === null || !this.lacks(flagKey, held)) return false;
    return this.#put(flagKey, held, () => {
      if (held.tombstone) return null;
      const served = servedFlag(flagKey, { held, body: intact(held, stored) }, this.#evaluator);
      const mine = this.#entries.get(flagKey)?.held;
      if (mine && compareOrders(held.order, mine.order) < 0 && !this.#doubts.isWrong(flagKey, held, at)) {
        const order = formatOrder(mine.order);
        throw new TypeError(`a tombstone of ${order} came before it; it is served when the cache goes on holding it`);
      }
      return served;
    });
  }

  #put(flagKey: string, held: Held, made: () => ServedFlag | null): boolean {
    try {
      const served = made();
      const line = `${flagKey} ${formatOrder(held.order)} ${held.digest}\n`;
      const proven = held.tombstone ? (this.#entries.get(flagKey)?.proven ?? null) : held.order;
      this.#entries.set(flagKey, { held, served, proven, line });
      this.#refusals.delete(flagKey);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#refusals.set(flagKey, { flagKey, order: held.order, reason });
      return false;
    }
  }
}

const intact = ({ digest }: Held, stored: string | null): string => {
  if (stored === null) throw new TypeError('the cache has no bytes of it');
  if (recomputedDigest(stored) !== digest)
    throw new TypeError('its bytes do not hash to the digest that the cache names');
  return stored;
};
