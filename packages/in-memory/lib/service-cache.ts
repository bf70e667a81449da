import { compareAndSet, type Held } from '@flaghoist/core/compare-and-set';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import type {
  CacheContents,
  CachedFlag,
  CacheResult,
  CacheWrite,
  Manifest,
  ServiceCache,
} from '@flaghoist/core/ports/service-cache';
import { decodeHeld, encodeHeld } from '@flaghoist/core/storage/held-text';

/**
 * What can be wrong with a cache until it is healed.
 *
 * - `unreachable`: neither reads nor writes.
 * - `read-only`: a replica that was never promoted, or a full instance: reads work, writes are refused.
 * - `ignores-writes`: answers as if it had written, and keeps what it had.
 */
export type CacheFault = 'unreachable' | 'read-only' | 'ignores-writes';

/** A copy of all that a cache stored, as a backup holds it. */
export interface CacheSnapshot {
  readonly manifest: Manifest | null;
  readonly held: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, string>;
}

interface Slot {
  manifest: Manifest | null;
  held: Map<string, string>;
  fields: Map<string, string>;
  fault: CacheFault | null;
}

export interface ServiceCacheOptions {
  readonly region: string;
  /** One round trip to a cache, milliseconds. Without it a cache answers at once. */
  readonly roundTrip?: { readonly clock: Clock; readonly latencyMs: () => number };
}

/** The caches of one region's services. A service that nobody has written to has an empty cache without a manifest. */
export class InMemoryServiceCache implements ServiceCache {
  readonly #region: string;
  readonly #roundTrip: ServiceCacheOptions['roundTrip'];
  readonly #slots = new Map<string, Slot>();
  /** Most services are given the same entry: they share its text. */
  readonly #heldTexts = new WeakMap<Held, string>();

  constructor({ region, roundTrip }: ServiceCacheOptions) {
    this.#region = region;
    this.#roundTrip = roundTrip;
  }

  async apply(service: string, write: CacheWrite): Promise<CacheResult> {
    if (this.#roundTrip) await this.#travel(this.#roundTrip);
    const slot = this.#slot(service);
    if (slot.fault !== null && slot.fault !== 'ignores-writes') throw this.#unavailable(service, slot.fault);

    const { flagKey, incoming } = write;
    const before = heldIn(slot, flagKey);
    const decision = compareAndSet(before, incoming, { hasManifest: slot.manifest !== null, repair: write.repair });
    if (slot.fault === 'ignores-writes')
      return { outcome: decision.outcome, held: decision.write ? incoming : (before ?? incoming) };
    if (decision.write) this.#store(slot, write);
    return { outcome: decision.outcome, held: heldIn(slot, flagKey) ?? incoming };
  }

  async inspect(services: readonly string[], flagKeys: readonly string[]): Promise<ReadonlyMap<string, CacheContents>> {
    if (this.#roundTrip) await this.#travel(this.#roundTrip);
    return new Map(services.map((service) => [service, contentsOf(this.#slot(service), flagKeys)]));
  }

  async contents(service: string): Promise<CacheContents> {
    if (this.#roundTrip) await this.#travel(this.#roundTrip);
    const slot = this.#slot(service);
    return contentsOf(slot, new Set([...slot.held.keys(), ...slot.fields.keys()]));
  }

  async writeManifest(service: string, manifest: Manifest): Promise<void> {
    if (this.#roundTrip) await this.#travel(this.#roundTrip);
    const slot = this.#slot(service);
    if (slot.fault !== null && slot.fault !== 'ignores-writes') throw this.#unavailable(service, slot.fault);
    if (slot.fault === null) slot.manifest = { ...manifest };
  }

  breakService(service: string, fault: CacheFault): void {
    this.#slot(service).fault = fault;
  }

  heal(service: string): void {
    this.#slot(service).fault = null;
  }

  /** Empties a cache, manifest and all: a flush, or a node that came back without its memory. */
  lose(service: string): void {
    this.restore(service, { manifest: null, held: new Map(), fields: new Map() });
  }

  /** The flags are there, but nothing says that they are all. */
  loseManifest(service: string): void {
    this.#slot(service).manifest = null;
  }

  /** Changes the stored bytes of a flag and leaves `held` as it was. The default tears the end off. */
  corrupt(service: string, flagKey: string, change: (stored: string) => string = tear): void {
    const { fields } = this.#slot(service);
    fields.set(flagKey, change(fields.get(flagKey) ?? ''));
  }

  snapshot(service: string): CacheSnapshot {
    const { manifest, held, fields } = this.#slot(service);
    return { manifest, held: new Map(held), fields: new Map(fields) };
  }

  /** Puts an old copy back, as a restored backup does: every entry is as old as the copy. */
  restore(service: string, { manifest, held, fields }: CacheSnapshot): void {
    const slot = this.#slot(service);
    slot.manifest = manifest;
    slot.held = new Map(held);
    slot.fields = new Map(fields);
  }

  /** What a service's cache holds of a flag, read past every fault. */
  peek(service: string, flagKey: string): CachedFlag {
    return flagIn(this.#slot(service), flagKey);
  }

  #slot(service: string): Slot {
    let slot = this.#slots.get(service);
    if (slot === undefined) {
      slot = { manifest: null, held: new Map(), fields: new Map(), fault: null };
      this.#slots.set(service, slot);
    }
    return slot;
  }

  #store({ held, fields }: Slot, { flagKey, incoming, body }: CacheWrite): void {
    held.set(flagKey, this.#heldText(incoming));
    if (body === null) fields.delete(flagKey);
    else fields.set(flagKey, body);
  }

  #heldText(held: Held): string {
    let text = this.#heldTexts.get(held);
    if (text === undefined) {
      text = encodeHeld(held);
      this.#heldTexts.set(held, text);
    }
    return text;
  }

  async #travel({ clock, latencyMs }: NonNullable<ServiceCacheOptions['roundTrip']>): Promise<void> {
    const ms = latencyMs();
    if (ms > 0) await clock.sleep(ms);
  }

  #unavailable(service: string, fault: CacheFault): UnavailableError {
    return new UnavailableError(
      `the cache of ${service} in ${this.#region} (${fault})`,
      'Look at the replication group of the service; the message comes again by itself.',
    );
  }
}

const heldIn = ({ held }: Slot, flagKey: string): Held | null => {
  const text = held.get(flagKey);
  return text === undefined ? null : decodeHeld(text);
};

const flagIn = (slot: Slot, flagKey: string): CachedFlag => ({
  held: heldIn(slot, flagKey),
  stored: slot.fields.get(flagKey) ?? null,
});

const contentsOf = (slot: Slot, flagKeys: Iterable<string>): CacheContents => {
  if (slot.fault === 'unreachable') return { reachable: false };
  const flags = new Map<string, CachedFlag>();
  for (const flagKey of flagKeys) flags.set(flagKey, flagIn(slot, flagKey));
  return { reachable: true, manifest: slot.manifest, flags };
};

const tear = (stored: string): string => stored.slice(0, Math.floor(stored.length / 2));
