import { hash } from 'node:crypto';
import type { Held } from '@flaghoist/core/compare-and-set';
import { recomputedDigest } from '@flaghoist/core/intact';
import { compareOrders, formatOrder, type Order } from '@flaghoist/core/order';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import type { FeatureFlag, Storage } from '@openfeature/flagd-core';
import { type ServedFlag, servedFlag } from './served-flag.ts';

/** What was offered and not taken, so that what was there goes on being served. */
export interface Refusal {
  readonly flagKey: string;
  readonly order: Order;
  readonly reason: string;
}

type Entry = { readonly held: Held; readonly served: ServedFlag | null };
type Listener = (flagKeys: readonly string[]) => void;

/**
 * The flags that a service has, each with its order; a tombstone has no flag. One flag is replaced at a time, and none by an
 * older one. It is the storage of flagd's evaluator as well.
 */
export class FlagSet implements Storage {
  readonly #entries = new Map<string, Entry>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #listeners = new Set<Listener>();
  #digest: string | undefined;

  /** Takes what a cache holds, flag by flag. What is older, lost or broken there changes nothing here. */
  take(found: ReadonlyMap<string, CachedFlag>): void {
    const changed = [...found].filter(([flagKey, flag]) => this.#takeOne(flagKey, flag)).map(([flagKey]) => flagKey);
    if (changed.length === 0) return;
    this.#digest = undefined;
    for (const listener of this.#listeners) listener(changed);
  }

  /** Whether a cache that holds this has something to give. */
  lacks(flagKey: string, held: Held | null): boolean {
    const mine = this.#entries.get(flagKey)?.held;
    if (held === null || mine === undefined) return held !== null;
    const ahead = compareOrders(held.order, mine.order);
    return ahead > 0 || (ahead === 0 && held.digest !== mine.digest);
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

  /** Over what is held: two sets with the same flags at the same orders have the same. */
  get digest(): string {
    this.#digest ??= hash(
      'sha256',
      [...this.#entries]
        .map(([flagKey, { held }]) => `${flagKey} ${formatOrder(held.order)} ${held.digest}\n`)
        .sort()
        .join(''),
    );
    return this.#digest;
  }

  getFlag(flagKey: string): FeatureFlag | undefined {
    return this.served(flagKey)?.flag;
  }

  getFlags(): Map<string, FeatureFlag> {
    return new Map([...this.all()].map(({ key, flag }) => [key, flag]));
  }

  /** Metadata of the set is not served: each flag has its own, and a change of the set's would report every flag as changed. */
  getFlagSetMetadata(): Record<string, never> {
    return {};
  }

  setConfigurations(): never {
    throw new TypeError('flags come from the cache, one at a time');
  }

  #takeOne(flagKey: string, { held, stored }: CachedFlag): boolean {
    // Lost there is not archived here.
    if (held === null || !this.lacks(flagKey, held)) return false;
    try {
      const served = held.tombstone ? null : servedFlag(flagKey, held, intact(held, stored));
      this.#entries.set(flagKey, { held, served });
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
