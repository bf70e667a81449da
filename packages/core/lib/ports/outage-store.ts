import type { Outage } from '../complaint.ts';

export interface RedisName {
  readonly region: string;
  readonly redis: string;
}

/** What home knows of a Redis that has ever refused a write. An outage is named by the time at which it began. */
export interface RedisState extends RedisName {
  /** The last outage that has taken a change back. */
  readonly takenSince: number | null;
  /** The last outage that home has heard of. */
  readonly degradedSince: number | null;
  /** The last outage whose end home has heard of. */
  readonly endedSince: number | null;
  /** The services whose caches it serves; none while its region has not said. */
  readonly services: readonly string[];
}

/** The part of `changes` about outages of Redis (rule 15). Home region only. */
export interface OutageStore {
  redis(name: RedisName): Promise<RedisState | undefined>;
  /** Every Redis of a region that has ever refused a write. */
  redisesOf(region: string): Promise<readonly RedisState[]>;
  /** The outage has taken a change back. One that is older than what is on record changes nothing. */
  noteTaken(outage: Outage): Promise<void>;
  /** The Redis refuses writes, and serves these services. Older news than what is on record changes nothing. */
  noteDegraded(outage: Outage, services: readonly string[]): Promise<void>;
  /** The outage is over. */
  noteEnded(outage: Outage): Promise<void>;
}
