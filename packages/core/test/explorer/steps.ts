import { accept, ask, conclude, documentOf, judge, publish } from './home.ts';
import { moveRegion, moveService } from './membership.ts';
import { deliver, harm, load, reconcile, replicateCurrent, replicateRevision, scan } from './region.ts';
import {
  at,
  type Cache,
  cachesIn,
  cachesOf,
  currentOf,
  type Fault,
  type Region,
  SERVICES,
  type World,
} from './world.ts';

/** Does one thing that is possible now, and says what; `undefined` when it is not possible. */
type Step = (world: World, argument: number) => string | undefined;

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

const propose: Step = (world, argument) => {
  const kind = isLive(world) ? 'updated' : 'created';
  const audience = pick(AUDIENCES, argument);
  const document = documentOf(argument % 4 < 2 ? 'on' : 'blue');
  accept(world, { kind, document, ...(audience === undefined ? {} : { audience }) });
  return `an author's ${kind} is accepted${audience === undefined ? '' : `, for ${audience}`}`;
};

const kill: Step = (world) => {
  if (!isLive(world)) return undefined;
  accept(world, { kind: 'killed' });
  return 'an author kills the flag';
};

const restore: Step = (world, argument) => {
  if (currentOf(world)?.flagState !== 'killed') return undefined;
  accept(world, { kind: 'restored', document: documentOf(argument % 4 < 2 ? 'on' : 'blue') });
  return 'an author restores the flag';
};

const archive: Step = (world) => {
  if (!isLive(world)) return undefined;
  accept(world, { kind: 'archived' });
  return 'an author archives the flag';
};

const onRegion =
  (what: string, act: (world: World, region: Region) => unknown): Step =>
  (world, argument) => {
    const region = pick([...world.regions.values()], argument);
    if (region === undefined || act(world, region) === false) return undefined;
    return `${region.name} ${what}`;
  };

const onCache =
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

const breakCache =
  (fault: Fault | null) =>
  (_world: World, cache: Cache): void => {
    cache.fault = fault;
  };

const hasMessages = ({ queue }: Cache): boolean => queue.length > 0;
const works = ({ fault }: Cache): boolean => fault === null;
/** The newest message or the oldest. */
const someMessage = ({ queue }: Cache, argument: number): number => (argument % 2 === 0 ? queue.length - 1 : 0);

const replicate = (world: World, region: Region): boolean => {
  if (region.cut) return false;
  for (const revision of region.pending) replicateRevision(world, region, revision);
  replicateCurrent(world, region);
  return true;
};

const replicateOne = (world: World, region: Region): boolean => {
  const revision = region.pending.at(-1);
  if (region.cut || revision === undefined) return false;
  replicateRevision(world, region, revision);
  return true;
};

const deliverAll = (world: World, region: Region): void => {
  for (const cache of cachesIn(region)) {
    for (let index = cache.queue.length - 1; index >= 0; index -= 1) deliver(world, cache, index, { keep: false });
  }
};

const judgeOne =
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

const pass: Step = (world) => {
  world.clock += 1;
  return '20 s pass';
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

const settleAll: Step = (world, argument) => {
  const sequence = argument % 4 < 3 ? 'oldest first' : 'newest first';
  settle(world, sequence);
  return `everything settles, answers ${sequence}`;
};

/** The commonest trouble as one step: a cache misses what is going on until it is late. */
const settleWithout = (world: World, cache: Cache): void => {
  cache.fault = 'deaf';
  settle(world, 'oldest first');
  world.clock += 1;
  settle(world, 'oldest first');
};

const aboutUndecided =
  (what: string, act: (world: World, revision: number) => void): Step =>
  (world, argument) => {
    const undecided = world.records.filter(({ state }) => state === 'accepted');
    const record = pick(undecided, argument);
    if (record === undefined) return undefined;
    act(world, record.order.revision);
    return `home ${what} ${record.order.revision}`;
  };

const turnCut = (world: World, region: Region): boolean => {
  if (region.name === world.topology.home) return false;
  region.cut = !region.cut;
  return true;
};

const republish = (world: World, region: Region): boolean => {
  const envelope = currentOf(world);
  if (envelope === undefined) return false;
  publish(world, region.name, envelope);
  return true;
};

/** The steps and how often each is chosen, simplest first: a shrunk history is made of these. */
const weighted: readonly (readonly [weight: number, step: Step])[] = [
  [4, settleAll],
  [5, propose],
  [3, pass],
  [5, onRegion('gets all that waits to be replicated', replicate)],
  [3, onRegion('scans', scan)],
  [2, onRegion('scans', scan)],
  [5, judgeOne(false)],
  [3, onRegion('gets all its messages', deliverAll)],
  [3, onRegion('reconciles', reconcile)],
  [2, kill],
  [2, restore],
  [1, archive],
  [
    5,
    onCache('gets a message', hasMessages, (world, cache, argument) =>
      deliver(world, cache, someMessage(cache, argument), { keep: false }),
    ),
  ],
  [
    1,
    onCache('gets a message twice', hasMessages, (world, cache, argument) =>
      deliver(world, cache, someMessage(cache, argument), { keep: true }),
    ),
  ],
  [
    1,
    onCache(
      'loses a message',
      hasMessages,
      (_world, cache, argument) => void cache.queue.splice(someMessage(cache, argument), 1),
    ),
  ],
  [1, onRegion('gets one REVISION item early', replicateOne)],
  [
    1,
    onRegion('gets CURRENT before its REVISION items', (world, region) =>
      region.cut ? false : replicateCurrent(world, region),
    ),
  ],
  [2, onRegion('is cut off, or back', turnCut)],
  [1, onRegion('is sent CURRENT again', republish)],
  [3, onCache('misses that everything settles', works, settleWithout)],
  [1, judgeOne(true)],
  [2, onCache('is unreachable', works, breakCache('unreachable'))],
  [2, onCache('is frozen', works, breakCache('frozen'))],
  [2, onCache('is deaf', works, breakCache('deaf'))],
  [3, onCache('works again', (cache) => !works(cache), breakCache(null))],
  [1, onCache('is flushed', works, harm.flush)],
  [1, onCache('is corrupted', ({ held }) => held !== null && !held.tombstone, harm.corrupt)],
  [1, onCache('holds something else under the same order', ({ held }) => held !== null, harm.forge)],
  [1, onCache('is loaded', works, (world, cache) => load(world, regionOf(world, cache), cache))],
  [2, aboutUndecided('asks again about', ask)],
  [2, aboutUndecided('concludes', conclude)],
  [2, moveService],
  [1, moveRegion],
];

const regionOf = (world: World, cache: Cache): Region => {
  const region = world.regions.get(cache.region);
  if (region === undefined) throw new RangeError(`no region ${cache.region}`);
  return region;
};

const steps: readonly Step[] = weighted.flatMap(([weight, step]) => Array<Step>(weight).fill(step));

/** Each small integer is a step and its argument; what is not possible at its turn is skipped. */
const ARGUMENTS = 12;
export const STEP_CODES = steps.length * ARGUMENTS;

export const takeStep = (world: World, code: number): string | undefined => {
  world.truth.tick += 1;
  world.truth.serving(world);
  return at(steps, Math.floor(code / ARGUMENTS))(world, code % ARGUMENTS);
};
