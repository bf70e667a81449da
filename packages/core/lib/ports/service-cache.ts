import type { ApplyOutcome, Held } from '../compare-and-set.ts';
import type { NamedEvaluator } from '../evaluator.ts';
import type { InstanceRows } from '../instance-claim.ts';

/** Written only by a full load: without it a cache is lost, not empty (rule 6). */
export interface Manifest {
  /** Grows with each full load. */
  readonly generation: number;
  readonly topologyVersion: number;
  /** Live flags at the load. */
  readonly count: number;
  /** By what agents evaluate; left out by loads that are older than the choice. */
  readonly evaluator?: NamedEvaluator;
}

export interface CacheWrite {
  readonly flagKey: string;
  readonly incoming: Held;
  /** The envelope's bytes; `null` exactly when `incoming.tombstone`. */
  readonly body: string | null;
  /** The reconciler's right to overwrite an equal order (rule 12). */
  readonly repair: boolean;
  /** Kills, archives, reverts and tombstones are taken by a server that has no memory left; nothing else is. */
  readonly passesFull: boolean;
}

export interface CacheResult {
  readonly outcome: Exclude<ApplyOutcome, 'departed'>;
  /** Re-read after the write. */
  readonly held: Held;
}

/** What a cache holds of one flag. */
export interface CachedFlag {
  readonly held: Held | null;
  /** The stored field, if there is one. */
  readonly stored: string | null;
}

export type CacheContents =
  /** `refusal`: its server answered, with this code, and let nothing be read. */
  | { readonly reachable: false; readonly refusal?: string | undefined }
  | { readonly reachable: true; readonly manifest: Manifest | null; readonly flags: ReadonlyMap<string, CachedFlag> };

/** The caches of one region's services: one hash slot each, one script that writes (`compareAndSet` in core). */
export interface ServiceCache {
  /**
   * Atomic.
   *
   * @throws CacheRefusedError when the server refuses; UnavailableError when the cache cannot be reached
   */
  apply(service: string, write: CacheWrite): Promise<CacheResult>;
  /** Looks at some flags of many services at once. A flag that a cache does not know is `{ held: null, stored: null }`. */
  inspect(services: readonly string[], flagKeys: readonly string[]): Promise<ReadonlyMap<string, CacheContents>>;
  /** Everything in one service's cache. */
  contents(service: string): Promise<CacheContents>;
  /** What the instances of services claim. Those whose cache cannot be read are left out. */
  instances(services: readonly string[]): Promise<ReadonlyMap<string, InstanceRows>>;
  /** Removes rows of instances that are gone. @throws CacheRefusedError, UnavailableError */
  forgetInstances(service: string, instances: readonly string[]): Promise<void>;
  /** @throws CacheRefusedError when the server refuses; UnavailableError when the cache cannot be reached */
  writeManifest(service: string, manifest: Manifest): Promise<void>;
  /** The Redis that serves the service's slot: the unit that fails and is named. Known without asking it. */
  redisOf(service: string): string;
}
