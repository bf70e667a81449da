import { ask, conclude } from './home.ts';
import { moveRegion, moveService } from './membership.ts';
import { deliver, harm, load, reconcile, replicateCurrent, scan } from './region.ts';
import {
  aboutUndecided,
  archive,
  deliverAll,
  judgeOne,
  kill,
  onCache,
  onRegion,
  propose,
  replicate,
  replicateOne,
  republish,
  restore,
  type Step,
  settleAll,
  settleWithout,
  turnCut,
} from './steps.ts';
import type { World } from './watched-world.ts';
import { at, type Cache, type Fault } from './world.ts';

const hasMessages = ({ queue }: Cache): boolean => queue.length > 0;
const works = ({ fault }: Cache): boolean => fault === null;
const isBroken = ({ fault }: Cache): boolean => fault !== null;
const holdsField = ({ held }: Cache): boolean => held !== null && !held.tombstone;
const holdsAnything = ({ held }: Cache): boolean => held !== null;

/** The newest message or the oldest. */
const someMessage = ({ queue }: Cache, argument: number): number => (argument % 2 === 0 ? queue.length - 1 : 0);

const deliverOne =
  (keep: boolean) =>
  (world: World, cache: Cache, argument: number): void =>
    deliver(world, cache, someMessage(cache, argument), { keep });

const lose = (_world: World, cache: Cache, argument: number): void => {
  cache.queue.splice(someMessage(cache, argument), 1);
};

const breakCache =
  (fault: Fault | null) =>
  (_world: World, cache: Cache): void => {
    cache.fault = fault;
  };

const pass: Step = (world) => {
  world.clock += 1;
  return '20 s pass';
};

/**
 * The steps and how often each is chosen, simplest first: a shrunk history is made of these. Changing anything here
 * changes what a seed means.
 */
const weighted: readonly (readonly [weight: number, step: Step])[] = [
  [9, settleAll],
  [9, propose],
  [4, pass],
  [5, onRegion('gets all that waits to be replicated', replicate)],
  [5, onRegion('scans', scan)],
  [5, judgeOne(false)],
  [3, onRegion('gets all its messages', deliverAll)],
  [3, onRegion('reconciles', reconcile)],
  [3, kill],
  [3, restore],
  [1, archive],
  [4, onCache('gets a message', hasMessages, deliverOne(false))],
  [1, onCache('gets a message, and will again', hasMessages, deliverOne(true))],
  [1, onCache('loses a message', hasMessages, lose)],
  [1, onRegion('gets one REVISION item early', replicateOne)],
  [
    1,
    onRegion(
      'gets CURRENT before its REVISION items',
      (world, region) => !region.cut && replicateCurrent(world, region),
    ),
  ],
  [1, onRegion('is cut off, or back', turnCut)],
  [1, onRegion('is sent CURRENT again', republish)],
  [6, onCache('misses that everything settles', works, settleWithout)],
  [1, judgeOne(true)],
  [2, onCache('is unreachable', works, breakCache('unreachable'))],
  [2, onCache('is frozen', works, breakCache('frozen'))],
  [1, onCache('is deaf', works, breakCache('deaf'))],
  [5, onCache('works again', isBroken, breakCache(null))],
  [1, onCache('is flushed', works, harm.flush)],
  [1, onCache('is corrupted', holdsField, harm.corrupt)],
  [1, onCache('holds something else under the same order', holdsAnything, harm.forge)],
  [1, onCache('is loaded', works, load)],
  [2, aboutUndecided('asks again about', ask)],
  [1, aboutUndecided('concludes', conclude)],
  [2, moveService],
  [1, moveRegion],
];

const steps: readonly Step[] = weighted.flatMap(([weight, step]) => Array<Step>(weight).fill(step));

/** Each small integer is a step and its argument; what is not possible at its turn is skipped. */
const ARGUMENTS = 12;
export const STEP_CODES = steps.length * ARGUMENTS;

export const takeStep = (world: World, code: number): string | undefined => {
  world.truth.tick += 1;
  world.truth.serving(world);
  return at(steps, Math.floor(code / ARGUMENTS))(world, code % ARGUMENTS);
};
