import type { Held } from '../compare-and-set.ts';
import type { CachedFlag, Manifest } from './service-cache.ts';

/** What a cache tells whoever follows it; some of it is lost, and `sequence` says so. */
export interface CacheNews {
  /** What the cache has counted with this write: one more than with the write before. */
  readonly sequence: number;
  /** The flag that was written; left out when it was the manifest. */
  readonly flagKey?: string;
}

export interface CacheFollower {
  heard(news: CacheNews): void;
  /** Nothing is heard from now on, until `heard` is called again or `follows` is. */
  lost(error: unknown): void;
  /** Follows again; what was written meanwhile was not heard. */
  follows(): void;
}

/** What a cache holds by its own account, without the flags themselves. */
export interface CacheOverview {
  readonly sequence: number;
  readonly manifest: Manifest | null;
  /** `null` for a held text that cannot be read. */
  readonly held: ReadonlyMap<string, Held | null>;
}

/**
 * One service's cache, for whoever serves the service: it reads, and writes nothing but its own claim.
 *
 * Each method throws CacheRefusedError when the server refuses, UnavailableError when the cache cannot be reached.
 */
export interface ServiceFeed {
  /** Resolves once nothing that is written from now on is missed, but by a loss that the sequence shows. */
  follow(follower: CacheFollower): Promise<{ stop(): void }>;
  /** 0 when nothing was written since the cache was lost. */
  sequence(): Promise<number>;
  overview(): Promise<CacheOverview>;
  /** Each with its field of the same moment. */
  flags(flagKeys: readonly string[]): Promise<ReadonlyMap<string, CachedFlag>>;
  /** Puts what an instance claims to hold in place of what it claimed before. */
  claim(instance: string, claim: string): Promise<void>;
}
