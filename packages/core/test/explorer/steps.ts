import { accept, documentOf, judge, publish } from './home.ts';
import { deliver, replicateCurrent, replicateRevision, scan } from './region.ts';
import type { World } from './watched-world.ts';
import { type Cache, cachesIn, cachesOf, currentOf, type Region, SERVICES } from './world.ts';

/** Does one thing that is possible now, and says what; `undefined` when it is not possible. */
export type Step = (world: World, argument: number) => string | undefined;

const pick = <T>(items: readonly T[], argument: number): T | undefined => items[argument % items.length];

const AUDIENCES: readonly ('*' | string[] | undefined)[] = [
  undefined,
  undefined,
  '*',
  [SERVICES[0]],
  [SERVICES[1]],
  ['billing', 'search'],
];

const isLive = (world: World): boolean => (currentOf(world)?.document ?? null) !== null;

export const propose: Step = (world, argument) => {
  const kind = isLive(world) ? 'updated' : 'created';
  const audience = pick(AUDIENCES, argument);
  const document = documentOf(argument % 4 < 2 ? 'on' : 'blue');
  accept(world, { kind, document, ...(audience === undefined ? {} : { audience }) });
  return `an author's ${kind} is accepted${audience === undefined ? '' : `, for ${audience}`}`;
};

export const kill: Step = (world) => {
  if (!isLive(world)) return undefined;
  accept(world, { kind: 'killed' });
  return 'an author kills the flag';
};

export const restore: Step = (world, argument) => {
  if (currentOf(world)?.flagState !== 'killed') return undefined;
  accept(world, { kind: 'restored', document: documentOf(argument % 4 < 2 ? 'on' : 'blue') });
  return 'an author restores the flag';
};

export const archive: Step = (world) => {
  if (!isLive(world)) return undefined;
  accept(world, { kind: 'archived' });
  return 'an author archives the flag';
};

export const onRegion =
  (what: string, act: (world: World, region: Region) => unknown): Step =>
  (world, argument) => {
    const region = pick([...world.regions.values()], argument);
    if (region === undefined || act(world, region) === false) return undefined;
    return `${region.name} ${what}`;
  };

export const onCache =
  (
    what: string,
    enabled: (cache: Cache) => boolean,
    act: (world: World, cache: Cache, argument: number) => void,
  ): Step =>
  (world, argument) => {
    const caches = cachesOf(world).filter(enabled);
    const cache = pick(caches, argument);
    if (cache === undefined) return undefined;
    act(world, cache, Math.floor(argument / caches.length));
    return `the cache of ${cache.service} in ${cache.region} ${what}`;
  };

export const replicate = (world: World, region: Region): boolean => {
  if (region.cut) return false;
  for (const revision of region.pending) replicateRevision(world, region, revision);
  replicateCurrent(world, region);
  return true;
};

export const replicateOne = (world: World, region: Region): boolean => {
  const revision = region.pending.at(-1);
  if (region.cut || revision === undefined) return false;
  replicateRevision(world, region, revision);
  return true;
};

export const deliverAll = (world: World, region: Region): void => {
  for (const cache of cachesIn(region)) {
    for (let index = cache.queue.length - 1; index >= 0; index -= 1) deliver(world, cache, index, { keep: false });
  }
};

export const judgeOne =
  (keep: boolean): Step =>
  (world, argument) => {
    const message = pick(world.verdicts, argument);
    if (message === undefined) return undefined;
    if (!keep) world.verdicts.splice(argument % world.verdicts.length, 1);
    judge(world, message);
    return `home takes "${message.verdict}" of ${message.region} for ${message.revision}${keep ? ', and will again' : ''}`;
  };

type Sequence = 'oldest first' | 'newest first';

const judgeAll = (world: World, sequence: Sequence): void => {
  const messages = world.verdicts.splice(0);
  for (const message of sequence === 'oldest first' ? messages : messages.reverse()) judge(world, message);
};

/** What happens when nothing is in the way: without it long histories would hardly ever get anything verified. */
export const settle = (world: World, sequence: Sequence): void => {
  for (const region of world.regions.values()) {
    replicate(world, region);
    deliverAll(world, region);
    scan(world, region);
  }
  judgeAll(world, sequence);
};

export const settleAll: Step = (world, argument) => {
  const sequence = argument % 4 < 3 ? 'oldest first' : 'newest first';
  settle(world, sequence);
  return `everything settles, answers ${sequence}`;
};

/** The commonest trouble as one step: a cache misses what is going on until it is late. */
export const settleWithout = (world: World, cache: Cache): void => {
  cache.fault = 'deaf';
  settle(world, 'oldest first');
  world.clock += 1;
  settle(world, 'oldest first');
};

export const aboutUndecided =
  (what: string, act: (world: World, revision: number) => void): Step =>
  (world, argument) => {
    const undecided = world.records.filter(({ state }) => state === 'accepted');
    const record = pick(undecided, argument);
    if (record === undefined) return undefined;
    act(world, record.order.revision);
    return `home ${what} ${record.order.revision}`;
  };

export const turnCut = (world: World, region: Region): boolean => {
  if (region.name === world.topology.home) return false;
  region.cut = !region.cut;
  return true;
};

export const republish = (world: World, region: Region): boolean => {
  const envelope = currentOf(world);
  if (envelope === undefined) return false;
  publish(world, region.name, envelope);
  return true;
};
