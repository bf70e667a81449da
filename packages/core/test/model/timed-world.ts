import type { ChangeRecord } from '../../lib/change.ts';
import { compareAndSet, type Held } from '../../lib/compare-and-set.ts';
import type { Order } from '../../lib/order.ts';
import { cacheName, type Degradation, type ModelChange, type TimedRules } from './timed-rules.ts';
import { type Timeline, timelineOf } from './timeline.ts';

/** What a Redis or a single cache does with a write. `full`: it refuses what is larger than 1, unless it is a rescue. */
export type Health = 'up' | 'unreachable' | 'read-only' | 'full' | 'ignores-writes';

export interface Cache {
  readonly region: string;
  readonly service: number;
  readonly redis: string;
  hasManifest: boolean;
  /** By flag. */
  readonly held: Map<number, Held>;
  /** What it began to hold, and when. */
  history: {
    readonly flag: number;
    readonly revision: number;
    readonly at: number;
    readonly before: Held | undefined;
  }[];
  /** When it lost everything. */
  readonly losses: number[];
  /** Overrides the health of its Redis. */
  fault: Health | null;
  /** The revisions that this one cache swallows. */
  readonly swallows: Set<string>;
}

export interface Region {
  readonly name: string;
  readonly caches: readonly Cache[];
  isCut: boolean;
  /** The newest revision of each flag that has been replicated. */
  readonly replica: Map<number, number>;
  /** When the expectation row was written, by flag and revision. */
  readonly rows: Map<string, number>;
}

export interface TimedWorld {
  readonly rules: TimedRules;
  readonly timeline: Timeline;
  readonly regions: readonly Region[];
  readonly health: Map<string, Health>;
  /** By flag, oldest first: the place of a change is its revision minus one. */
  readonly changes: ModelChange[][];
  readonly knownGood: (Order | null)[];
  readonly degradation: Degradation;
  /** Until then home's decider is away, and what is sent to it waits. */
  deciderAwayUntil: number;
  readonly schedule: string[];
}

export interface Size {
  readonly regions: number;
  readonly redisPerRegion: number;
  readonly cachesPerRedis: number;
  readonly flags: number;
}

const SMALL: Size = { regions: 2, redisPerRegion: 2, cachesPerRedis: 2, flags: 1 };

export const createTimedWorld = (rules: TimedRules, seed: number, size: Partial<Size> = {}): TimedWorld => {
  const { regions, redisPerRegion, cachesPerRedis, flags } = { ...SMALL, ...size };
  return {
    rules,
    timeline: timelineOf(seed),
    regions: Array.from({ length: regions }, (_, region) => ({
      name: `region ${region}`,
      caches: Array.from({ length: redisPerRegion * cachesPerRedis }, (_, service) => ({
        region: `region ${region}`,
        service,
        redis: `region ${region}/Redis ${service % redisPerRegion}`,
        hasManifest: true,
        held: new Map(),
        history: [],
        losses: [],
        fault: null,
        swallows: new Set<string>(),
      })),
      isCut: false,
      replica: new Map(),
      rows: new Map(),
    })),
    health: new Map(),
    changes: Array.from({ length: flags }, () => []),
    knownGood: Array.from({ length: flags }, () => null),
    degradation: { notes: new Map(), outages: new Map(), taken: new Map() },
    deciderAwayUntil: 0,
    schedule: [],
  };
};

export const nameOf = (flag: number, revision: number): string => `flag ${flag} revision ${revision}`;

export const say = (world: TimedWorld, line: string): void => {
  world.schedule.push(`${world.timeline.now.toFixed(1)} s: ${line}`);
};

export const changeAt = (world: TimedWorld, flag: number, revision: number): ModelChange | undefined =>
  world.changes[flag]?.[revision - 1];

export const newestOfFlag = (world: TimedWorld, flag: number): ModelChange | undefined => world.changes[flag]?.at(-1);

export const healthOf = (world: TimedWorld, { region, redis, fault }: Cache): Health => {
  if (world.regions.find(({ name }) => name === region)?.isCut) return 'unreachable';
  const shared = world.health.get(redis) ?? 'up';
  return shared === 'up' ? (fault ?? 'up') : shared;
};

/** Kills, archives and reverts pass a full Redis. */
const isRescue = ({ kind }: ChangeRecord): boolean =>
  kind === 'killed' || kind === 'archived' || kind === 'rolled-back';

export type Written = 'taken' | 'unreachable' | 'refused' | 'out of memory';

/** One write, as the updater sees it: a cache that ignores writes answers as if it had taken it. */
export const write = (world: TimedWorld, cache: Cache, change: ModelChange): Written => {
  const { record, flag, size } = change;
  const health = healthOf(world, cache);
  if (health === 'unreachable') return 'unreachable';
  if (health === 'read-only') return 'refused';
  if (health === 'full' && size > 1 && !isRescue(record)) return 'out of memory';
  const { revision } = record.order;
  if (health === 'ignores-writes' || cache.swallows.has(`${flag}:${revision}`)) return 'taken';
  const before = cache.held.get(flag);
  const incoming = heldOf(record);
  if (compareAndSet(before ?? null, incoming, { hasManifest: cache.hasManifest, repair: false }).write) {
    cache.held.set(flag, incoming);
    cache.history.push({ flag, revision, at: world.timeline.now, before });
  }
  return 'taken';
};

const heldOf = ({ order, envelopeDigest, documentDigest, flagState }: ChangeRecord): Held => ({
  order,
  digest: envelopeDigest,
  documentDigest,
  tombstone: flagState === 'archived',
});

export const noteFailure = ({ degradation, timeline }: TimedWorld, cache: Cache, changeId: string): void => {
  const name = cacheName(cache.region, cache.service);
  const notes = degradation.notes.get(name) ?? new Map<string, number>();
  notes.set(changeId, timeline.now);
  degradation.notes.set(name, notes);
};
