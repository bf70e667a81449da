import { accept, startReconcilers } from './timed-home.ts';
import { BAD, takenBackThoughHealthy } from './timed-promises.ts';
import type { ModelChange, TimedRules } from './timed-rules.ts';
import {
  type Cache,
  createTimedWorld,
  type Health,
  newestOfFlag,
  type Size,
  say,
  type TimedWorld,
} from './timed-world.ts';

export interface Scenario {
  readonly name: string;
  /** Plays one world to its end. */
  readonly play: (rules: TimedRules, world: number) => TimedWorld;
  /** How many worlds of it there are, from 0. */
  readonly worlds: number;
  /** How many healthy changes may be taken back, with the reason in rule 15. */
  readonly mayTakeBack: number;
  /** Promises that the rules do not give here. */
  readonly except?: readonly string[];
  /** Further things that hold in this scenario. */
  readonly also?: (world: TimedWorld) => string | undefined;
}

/** The change that everything is about comes when the flag's creation is known good. */
const START = 100;

const begin = (rules: TimedRules, seed: number, size: Partial<Size> = {}): TimedWorld => {
  const world = createTimedWorld(rules, seed, size);
  startReconcilers(world);
  for (const flag of world.changes.keys())
    accept(world, { flag, kind: 'created', document: 'first', flagState: 'live' });
  world.timeline.runUntil(START - 10);
  return world;
};

const at = (world: TimedWorld, second: number, act: () => void): void =>
  world.timeline.after(second - world.timeline.now, act);

/** One Redis, and with it all its caches, is so from one second to another. */
const outage = (world: TimedWorld, redis: string, health: Health, from: number, to: number): void => {
  at(world, from, () => {
    say(world, `${redis} is ${health}`);
    world.health.set(redis, health);
  });
  at(world, to, () => {
    say(world, `${redis} is back`);
    world.health.delete(redis);
  });
};

const cachesOf = (world: TimedWorld, redis: string): Cache[] =>
  world.regions.flatMap(({ caches }) => caches).filter((cache) => cache.redis === redis);

const cut = (world: TimedWorld, region: number, from: number, to: number): void => {
  const set = (isCut: boolean) => () => {
    say(world, `region ${region} is ${isCut ? 'cut off' : 'back'}`);
    const found = world.regions[region];
    if (found !== undefined) found.isCut = isCut;
  };
  at(world, from, set(true));
  at(world, to, set(false));
};

/** A change that one cache, which answers, never takes. */
const acceptBad = (world: TimedWorld, flag = 0, service = 0): void => {
  const revision = (newestOfFlag(world, flag)?.record.order.revision ?? 0) + 1;
  say(world, `service ${service} in region 0 will swallow revision ${revision}`);
  world.regions[0]?.caches[service]?.swallows.add(`${flag}:${revision}`);
  accept(world, { flag, document: `${BAD} ${revision}` });
};

const every = (world: TimedWorld, seconds: number, times: number, act: (turn: number) => void): void => {
  for (let turn = 0; turn < times; turn += 1) at(world, START + turn * seconds, () => act(turn));
};

const REDIS = 'region 0/Redis 0';
const LONGEST_FAILOVER_SECONDS = 60;
const failovers = ['unreachable', 'read-only', 'back empty', 'its last writes lost'] as const;

/** Failovers of 1 to 60 s, each of the four kinds, that begin 4 s before the change to 24 s after it. */
const failover = (seeds: number): Scenario => ({
  name: 'a Redis fails over within a minute',
  worlds: LONGEST_FAILOVER_SECONDS * failovers.length * seeds,
  mayTakeBack: 0,
  play: (rules, number) => {
    const kind = failovers[number % failovers.length];
    const seconds = (Math.floor(number / failovers.length) % LONGEST_FAILOVER_SECONDS) + 1;
    const world = begin(rules, number, { cachesPerRedis: 1 + (number % 3) });
    const from = START - 4 + world.timeline.chance() * 28;
    outage(world, REDIS, kind === 'read-only' ? 'read-only' : 'unreachable', from, from + seconds);
    at(world, from, () => {
      say(world, `for ${seconds} s, ${kind}`);
      if (kind === 'back empty') empty(world, REDIS);
      if (kind === 'its last writes lost') for (const cache of cachesOf(world, REDIS)) loseTail(cache, from - 2);
    });
    at(world, START, () => accept(world, { document: 'second' }));
    world.timeline.runUntil(START + 180);
    return world;
  },
  also: (world) => {
    const { record } = newestOfFlag(world, 0) ?? {};
    return record?.state === 'verified' ? undefined : `after 180 s the change is ${record?.state}`;
  },
});

const empty = (world: TimedWorld, redis: string): void => {
  say(world, `${redis} loses everything`);
  for (const cache of cachesOf(world, redis)) {
    cache.hasManifest = false;
    cache.held.clear();
    cache.losses.push(world.timeline.now);
  }
};

const loseTail = (cache: Cache, second: number): void => {
  for (const { flag, at: when, before } of [...cache.history].reverse()) {
    if (when < second) continue;
    if (before === undefined) cache.held.delete(flag);
    else cache.held.set(flag, before);
  }
};

const HOUR = 3_600;

const readOnlyForAnHour = (name: string, redis: readonly string[], seeds: number, isEmpty = false): Scenario => ({
  name,
  worlds: seeds,
  mayTakeBack: 1,
  play: (rules, seed) => {
    const world = begin(rules, seed);
    for (const one of redis) {
      outage(world, one, 'read-only', START - 5, START + HOUR);
      if (isEmpty) at(world, START - 5, () => empty(world, one));
    }
    // Even worlds have one change, so nothing but the revert mends what the caches miss.
    every(world, 180, seed % 2 === 0 ? 1 : 15, (turn) => accept(world, { document: `update ${turn}` }));
    world.timeline.runUntil(START + HOUR + 300);
    return world;
  },
  also: (world) =>
    takenBackThoughHealthy(world).length === 0 ? 'no change was taken back, and the regions were unequal' : undefined,
});

const full = (seeds: number): Scenario => ({
  name: 'a Redis is full: it refuses larger changes, and a kill arrives',
  worlds: seeds,
  mayTakeBack: 8,
  play: (rules, seed) => {
    const world = begin(rules, seed, { flags: 2 });
    outage(world, REDIS, 'full', START - 5, START + HOUR);
    every(world, 180, 8, (turn) => {
      for (const flag of [0, 1]) accept(world, { flag, document: `update ${turn}`, size: 1 + (turn % 2) });
    });
    at(world, START + 2_000, () => accept(world, { kind: 'killed', document: 'off', size: 2 }));
    world.timeline.runUntil(START + HOUR + 300);
    return world;
  },
  also: (world) => {
    const wrong = world.changes
      .flat()
      .find(
        ({ record, size }) => record.state !== (size > 1 && record.kind === 'updated' ? 'rolled-back' : 'verified'),
      );
    return (
      wrong &&
      `revision ${wrong.record.order.revision} (${wrong.record.kind}) of size ${wrong.size} ended as ${wrong.record.state}`
    );
  },
});

const deadCache = (seeds: number): Scenario => ({
  name: 'one cache swallows everything for 90 minutes',
  worlds: seeds,
  mayTakeBack: 1,
  play: (rules, seed) => {
    const world = begin(rules, seed, { flags: 1 + (seed % 2) });
    const dead = world.regions[0]?.caches[0];
    at(world, START - 5, () => {
      say(world, 'service 0 in region 0 ignores writes');
      if (dead !== undefined) dead.fault = 'ignores-writes';
    });
    every(world, 720, 8, (turn) => accept(world, { flag: turn % world.changes.length, document: `update ${turn}` }));
    at(world, START + 5_500, () => {
      if (dead !== undefined) dead.fault = null;
    });
    world.timeline.runUntil(START + 5_900);
    return world;
  },
});

const badAmongSilence = (seeds: number): Scenario => ({
  name: 'a bad change elsewhere, while a region or a Redis is away',
  worlds: seeds,
  mayTakeBack: 1,
  play: (rules, seed) => {
    const world = begin(rules, seed);
    if (seed % 3 === 0) cut(world, 1, START - 5, START + HOUR);
    else outage(world, 'region 1/Redis 0', seed % 3 === 1 ? 'unreachable' : 'read-only', START - 5, START + HOUR);
    every(world, 180, 4, (turn) => accept(world, { document: `update ${turn}` }));
    at(world, START + 900, () => acceptBad(world));
    at(world, START + 1_200, () => accept(world, { document: 'the last' }));
    world.timeline.runUntil(START + HOUR + 300);
    return world;
  },
});

/** The flag's newest change is one that no cache has ever held, and the next one is bad. */
const badAfterSilence = (seeds: number): Scenario => ({
  name: 'a bad change after every Redis has refused the ones before it',
  worlds: seeds,
  mayTakeBack: 1,
  // What no cache was seen holding is no floor, so the bad change is held.
  except: ['automatic rollback stays alive'],
  play: (rules, seed) => {
    const world = begin(rules, seed);
    for (const redis of new Set(world.regions.flatMap(({ caches }) => caches.map((cache) => cache.redis))))
      outage(world, redis, 'read-only', START - 5, START + 304);
    every(world, 150, 2, (turn) => accept(world, { document: `update ${turn}` }));
    at(world, START + 305, () => acceptBad(world));
    at(world, START + 700, () => accept(world, { document: 'the last' }));
    world.timeline.runUntil(START + 1_000);
    return world;
  },
});

/** Two bad changes, the first of which has to be held because what it followed was undecided. */
const badAfterHeld = (seeds: number): Scenario => ({
  name: 'a bad change after another that had to be held',
  worlds: seeds,
  mayTakeBack: 0,
  // The first bad change lies between the second and whatever that could go back to.
  except: ['automatic rollback stays alive'],
  play: (rules, seed) => {
    const world = begin(rules, seed);
    cut(world, 1, START - 5, START + 400);
    at(world, START, () => accept(world, { document: 'undecided' }));
    at(world, START + 5, () => acceptBad(world));
    at(world, START + 120, () => acceptBad(world, 0, 1));
    at(world, START + 600, () => accept(world, { document: 'the last' }));
    world.timeline.runUntil(START + 1_000);
    return world;
  },
});

const deciderAway = (seeds: number): Scenario => ({
  name: 'the decider of home is away after a short fault',
  worlds: seeds,
  mayTakeBack: 0,
  play: (rules, seed) => {
    const world = begin(rules, seed);
    const swallowing = seed % 2 === 0;
    // Long enough for what the region saw before the fault was over to be old news.
    const seconds = 60 + ((seed * 37) % 420);
    const cache = world.regions[0]?.caches[0];
    at(world, START - 1, () => {
      say(world, `service 0 in region 0 ${swallowing ? 'ignores writes for 20 s' : 'is read-only for 95 s'}`);
      if (cache !== undefined) cache.fault = swallowing ? 'ignores-writes' : 'read-only';
    });
    at(world, START + (swallowing ? 20 : 95), () => {
      if (cache !== undefined) cache.fault = null;
    });
    at(world, START, () => accept(world, { document: 'second' }));
    at(world, START + (swallowing ? 10 : 75), () => {
      say(world, `the decider is away for ${seconds} s`);
      world.deciderAwayUntil = world.timeline.now + seconds;
    });
    world.timeline.runUntil(START + 1_000);
    return world;
  },
});

const badAfterKill = (seeds: number): Scenario => ({
  name: 'a bad change of a killed flag, while a region is away',
  worlds: seeds,
  mayTakeBack: 0,
  play: (rules, seed) => {
    const world = begin(rules, seed);
    cut(world, 1, START - 5, START + 600);
    at(world, START, () => accept(world, { kind: 'killed', document: 'off' }));
    at(world, START + 5 + (seed % 4) * 30, () => acceptBad(world));
    world.timeline.runUntil(START + 1_200);
    return world;
  },
});

const troubles: readonly Health[] = ['unreachable', 'read-only', 'full', 'ignores-writes'];

/** Anything at any time: proposals, kills and restores under outages of every kind, until all is well again. */
const anything = (seeds: number): Scenario => ({
  name: 'anything at any time',
  worlds: seeds,
  mayTakeBack: Number.POSITIVE_INFINITY,
  play: (rules, seed) => {
    const world = begin(rules, seed, { regions: 2 + (seed % 2), flags: 1 + (seed % 2) });
    const { chance } = world.timeline;
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(chance() * items.length)];
    const caches = world.regions.flatMap((region) => region.caches);
    for (let turn = 0; turn < 3; turn += 1) {
      const from = START + chance() * 900;
      const to = from + 5 + chance() * chance() * 900;
      const cache = pick(caches);
      const health = pick(troubles) ?? 'unreachable';
      if (cache === undefined) continue;
      if (turn === 0 && chance() < 0.5) cut(world, 1, from, to);
      else if (turn === 0) at(world, from, () => empty(world, cache.redis));
      else if (health !== 'ignores-writes') outage(world, cache.redis, health, from, to);
      else {
        at(world, from, () => {
          say(world, `service ${cache.service} in ${cache.region} ignores writes`);
          cache.fault = health;
        });
        at(world, to, () => {
          cache.fault = null;
        });
      }
    }
    for (let turn = 0; turn < 10; turn += 1) at(world, START + chance() * 1_500, () => proposeAny(world, turn, chance));
    world.timeline.runUntil(START + 2_500);
    return world;
  },
});

const proposeAny = (world: TimedWorld, turn: number, chance: () => number): void => {
  const flag = Math.floor(chance() * world.changes.length);
  const killed = isKilled(newestOfFlag(world, flag));
  const dice = chance();
  if (!killed && dice < 0.25) accept(world, { flag, kind: 'killed', document: 'off' });
  else if (killed && dice < 0.4) accept(world, { flag, kind: 'restored', document: `restored ${turn}` });
  else accept(world, { flag, document: `update ${turn}`, size: dice > 0.8 ? 2 : 1 });
};

const isKilled = (change: ModelChange | undefined): boolean => change?.record.flagState === 'killed';

/** `scale` worlds of what is one world in `npm test`. */
export const scenarios = (scale: number): readonly Scenario[] => [
  failover(4 * scale),
  readOnlyForAnHour('a Redis is read-only for an hour', [REDIS], 12 * scale),
  readOnlyForAnHour('a Redis comes back empty and is read-only for an hour', [REDIS], 12 * scale, true),
  readOnlyForAnHour('two Redis of one region are read-only at once', [REDIS, 'region 0/Redis 1'], 12 * scale),
  readOnlyForAnHour('two Redis in two regions are read-only at once', [REDIS, 'region 1/Redis 0'], 12 * scale),
  full(12 * scale),
  deadCache(12 * scale),
  badAmongSilence(18 * scale),
  badAfterSilence(12 * scale),
  badAfterHeld(12 * scale),
  deciderAway(60 * scale),
  badAfterKill(12 * scale),
  anything(500 * scale),
];
