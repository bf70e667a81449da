import { compareAndSet, type Held } from '@flaghoist/core/compare-and-set';
import { CacheRefusedError, UnavailableError } from '@flaghoist/core/errors';
import type { InstanceRows } from '@flaghoist/core/instance-claim';
import type { Clock } from '@flaghoist/core/ports/clock';
import type {
  CacheContents,
  CachedFlag,
  CacheResult,
  CacheWrite,
  Manifest,
  ServiceCache,
} from '@flaghoist/core/ports/service-cache';
import type { CacheFollower, ServiceFeed } from '@flaghoist/core/ports/service-feed';
import { redisOf } from '@flaghoist/core/storage/cache-keys';
import { decodeHeld, encodeHeld } from '@flaghoist/core/storage/held-text';
import { SharedTexts, type Texts } from './shared-texts.ts';

/**
 * What can be wrong with a cache until it is healed.
 *
 * - `unreachable`: neither reads nor writes.
 * - `read-only`: a replica that was never promoted: reads work, writes are refused.
 * - `loading`: it refuses to be read as well.
 * - `ignores-writes`: answers as if it had written, and keeps what it had.
 *
 * What else a failover does: `snapshot` and `restore` lose its last writes, `lose` all of them, `limitMemory` fills it up.
 */
export type CacheFault = 'unreachable' | 'read-only' | 'loading' | 'ignores-writes';

/** What a server says in these states, word by word. */
const refusals: Readonly<Partial<Record<CacheFault, string>>> = {
  'read-only': "READONLY You can't write against a read only replica.",
  loading: 'LOADING Redis is loading the dataset in memory',
};
const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";

/** A copy of all that a cache stored, as a backup holds it. */
export interface CacheSnapshot {
  readonly manifest: Manifest | null;
  readonly held: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, string>;
  readonly sequence: number;
}

interface Slot {
  manifest: Manifest | null;
  readonly held: Texts;
  readonly fields: Texts;
  fault: CacheFault | null;
  /** How many writes it has taken. */
  sequence: number;
  /** What instances claim, by their names. */
  readonly instances: Map<string, string>;
  readonly followers: Set<CacheFollower>;
}

export interface ServiceCacheOptions {
  readonly region: string;
  /** One round trip to a cache, milliseconds. Without it a cache answers at once. */
  readonly roundTrip?: { readonly clock: Clock; readonly latencyMs: () => number };
  /** Shards that the slots are spread over; one when left out. */
  readonly shards?: number;
}

/** The caches of one region's services. A service that nobody has written to has an empty cache without a manifest. */
export class InMemoryServiceCache implements ServiceCache {
  readonly #region: string;
  readonly #roundTrip: ServiceCacheOptions['roundTrip'];
  readonly #shards: number;
  readonly #slots = new Map<string, Slot>();
  readonly #held = new SharedTexts();
  readonly #fields = new SharedTexts();
  /** Bytes that a Redis may store, by its name. */
  readonly #memory = new Map<string, number>();
  /** Most services are given the same entry: they share its text. */
  readonly #heldTexts = new WeakMap<Held, string>();

  constructor({ region, roundTrip, shards = 1 }: ServiceCacheOptions) {
    this.#region = region;
    this.#shards = shards;
    this.#roundTrip = roundTrip;
  }

  async apply(service: string, write: CacheWrite): Promise<CacheResult> {
    if (this.#roundTrip) await this.#travel(this.#roundTrip);
    const slot = this.#slot(service);
    this.#refuse(service, slot);

    const { flagKey, incoming } = write;
    const before = heldIn(slot, flagKey);
    const decision = compareAndSet(before, incoming, { hasManifest: slot.manifest !== null, repair: write.repair });
    if (slot.fault === 'ignores-writes')
      return { outcome: decision.outcome, held: decision.write ? incoming : (before ?? incoming) };
    if (decision.write && !write.passesFull) this.#refuseWhenFull(service);
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
    return contentsOf(slot, new Set([...slot.held, ...slot.fields].map(([flagKey]) => flagKey)));
  }

  async writeManifest(service: string, manifest: Manifest): Promise<void> {
    if (this.#roundTrip) await this.#travel(this.#roundTrip);
    const slot = this.#slot(service);
    this.#refuse(service, slot);
    this.#refuseWhenFull(service);
    if (slot.fault !== null) return;
    slot.manifest = { ...manifest };
    tell(slot);
  }

  async instances(services: readonly string[]): Promise<ReadonlyMap<string, InstanceRows>> {
    return new Map(
      services.flatMap((service) => {
        const { fault, sequence, instances } = this.#slot(service);
        const unread = fault === 'unreachable' || fault === 'loading';
        return unread ? [] : [[service, { sequence, rows: new Map(instances) }] as const];
      }),
    );
  }

  async forgetInstances(service: string, names: readonly string[]): Promise<void> {
    const slot = this.#slot(service);
    this.#refuse(service, slot);
    for (const name of names) slot.instances.delete(name);
  }

  redisOf(service: string): string {
    return redisOf(service, this.#shards);
  }

  /**
   * From now on a Redis refuses every write but those that pass a full one, as long as it stores more than so many bytes of
   * envelopes. As a server does, it looks before it writes: the write that goes past the limit still succeeds.
   */
  limitMemory(redis: string, bytes: number): void {
    this.#memory.set(redis, bytes);
  }

  /** The bytes of envelopes that a Redis stores. */
  usedMemory(redis: string): number {
    let bytes = 0;
    for (const [service, { fields }] of this.#slots) {
      if (this.redisOf(service) !== redis) continue;
      for (const [, field] of fields) bytes += Buffer.byteLength(field);
    }
    return bytes;
  }

  breakService(service: string, fault: CacheFault): void {
    const slot = this.#slot(service);
    slot.fault = fault;
    if (fault !== 'unreachable') return;
    for (const follower of slot.followers) follower.lost(this.#refusal(service, fault));
  }

  heal(service: string): void {
    const slot = this.#slot(service);
    const wasSilent = slot.fault === 'unreachable';
    slot.fault = null;
    if (wasSilent) for (const follower of slot.followers) follower.follows();
  }

  /** Empties a cache, manifest and all: a flush, or a node that came back without its memory. */
  lose(service: string): void {
    this.restore(service, { manifest: null, held: new Map(), fields: new Map(), sequence: 0 });
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
    const { manifest, held, fields, sequence } = this.#slot(service);
    return { manifest, held: new Map(held), fields: new Map(fields), sequence };
  }

  /** Puts an old copy back, as a restored backup does: every entry is as old as the copy. */
  restore(service: string, { manifest, held, fields, sequence }: CacheSnapshot): void {
    const slot = this.#slot(service);
    slot.manifest = manifest;
    slot.held.replace(held);
    slot.fields.replace(fields);
    slot.sequence = sequence;
  }

  /** What instances of a service claim, by their names. */
  claims(service: string): ReadonlyMap<string, string> {
    return this.#slot(service).instances;
  }

  /** The cache as whoever serves the service reads it. */
  feedOf(service: string): ServiceFeed {
    const read = <T>(of: (slot: Slot) => T): Promise<T> => {
      const slot = this.#slot(service);
      const refusal = slot.fault === null || slot.fault === 'read-only' ? null : this.#refusal(service, slot.fault);
      return refusal === null ? Promise.resolve(of(slot)) : Promise.reject(refusal);
    };
    return {
      follow: (follower) =>
        read(({ followers }) => {
          followers.add(follower);
          return { stop: () => void followers.delete(follower) };
        }),
      sequence: () => read(({ sequence }) => sequence),
      overview: () =>
        read(({ sequence, manifest, held }) => ({
          ...{ sequence, manifest },
          held: new Map([...held].map(([flagKey, text]) => [flagKey, decodeHeld(text)])),
        })),
      flags: (flagKeys) => read((slot) => new Map(flagKeys.map((flagKey) => [flagKey, flagIn(slot, flagKey)]))),
      claim: async (instance, claim) => {
        const slot = this.#slot(service);
        this.#refuse(service, slot);
        slot.instances.set(instance, claim);
      },
    };
  }

  /** What a service's cache holds of a flag, read past every fault. */
  peek(service: string, flagKey: string): CachedFlag {
    return flagIn(this.#slot(service), flagKey);
  }

  #slot(service: string): Slot {
    let slot = this.#slots.get(service);
    if (slot === undefined) {
      slot = {
        ...{ manifest: null, held: this.#held.newHolder(), fields: this.#fields.newHolder(), fault: null },
        ...{ sequence: 0, instances: new Map(), followers: new Set() },
      };
      this.#slots.set(service, slot);
    }
    return slot;
  }

  #store(slot: Slot, { flagKey, incoming, body }: CacheWrite): void {
    slot.held.set(flagKey, this.#heldText(incoming));
    if (body === null) slot.fields.delete(flagKey);
    else slot.fields.set(flagKey, body);
    tell(slot, flagKey);
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

  #refuse(service: string, { fault }: Slot): void {
    const refusal = fault === null ? null : this.#refusal(service, fault);
    if (refusal !== null) throw refusal;
  }

  #refusal(service: string, fault: CacheFault): Error | null {
    if (fault === 'ignores-writes') return null;
    const what = `the cache of ${service} in ${this.#region}`;
    const refusal = refusals[fault];
    return refusal === undefined
      ? new UnavailableError(what, 'Look at the replication group of the service; the message comes again by itself.')
      : new CacheRefusedError(what, refusal);
  }

  #refuseWhenFull(service: string): void {
    if (this.#memory.size === 0) return;
    const redis = this.redisOf(service);
    const limit = this.#memory.get(redis);
    if (limit === undefined || this.usedMemory(redis) <= limit) return;
    throw new CacheRefusedError(`the cache of ${service} in ${this.#region}`, OUT_OF_MEMORY);
  }
}

const heldIn = ({ held }: Slot, flagKey: string): Held | null => {
  const text = held.get(flagKey);
  return text === undefined ? null : decodeHeld(text);
};

const tell = (slot: Slot, flagKey?: string): void => {
  slot.sequence += 1;
  const news = { sequence: slot.sequence, ...(flagKey === undefined ? {} : { flagKey }) };
  if (slot.fault !== 'unreachable') for (const follower of slot.followers) follower.heard(news);
};

const flagIn = (slot: Slot, flagKey: string): CachedFlag => ({
  held: heldIn(slot, flagKey),
  stored: slot.fields.get(flagKey) ?? null,
});

const contentsOf = (slot: Slot, flagKeys: Iterable<string>): CacheContents => {
  if (slot.fault === 'unreachable') return { reachable: false };
  if (slot.fault === 'loading') return { reachable: false, refusal: 'LOADING' };
  const flags = new Map<string, CachedFlag>();
  for (const flagKey of flagKeys) flags.set(flagKey, flagIn(slot, flagKey));
  return { reachable: true, manifest: slot.manifest, flags };
};

const tear = (stored: string): string => stored.slice(0, Math.floor(stored.length / 2));
