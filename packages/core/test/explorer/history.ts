import { ask, conclude, judge } from './home.ts';
import { setTopology } from './membership.ts';
import { reconcile, scan } from './region.ts';
import type { Rules } from './rules.ts';
import { takeStep } from './step-table.ts';
import { settle } from './steps.ts';
import { checkEnd, Truth } from './truth.ts';
import type { World } from './watched-world.ts';
import { at, cachesOf } from './world.ts';

/** A history as fast-check makes it: how the world begins, what happens, and which caches never heal. */
export interface History {
  readonly setup: number;
  readonly steps: readonly number[];
  /** One bit per cache. */
  readonly doomed: number;
}

const guestStates = ['serving', 'joining', undefined] as const;
const budgets = [20, 20, 1, 0] as const;
export const SETUPS = guestStates.length * guestStates.length * budgets.length;

const newWorld = (rules: Rules, setup: number): World => {
  const region = guestStates[setup % 3];
  const service = guestStates[Math.floor(setup / 3) % 3];
  const world: World = {
    rules,
    truth: new Truth(),
    clock: 0,
    topology: { version: 1, home: '', regions: [], services: [] },
    topologies: new Map(),
    revisions: [],
    records: [],
    proofs: [],
    knownGood: null,
    revertsLeft: at(budgets, Math.floor(setup / 9) % budgets.length),
    verdicts: [],
    regions: new Map(),
  };
  setTopology(world, { region, service });
  for (const cache of cachesOf(world)) cache.hasManifest = true;
  for (const cache of cachesOf(world)) world.truth.cacheChanged(world, cache);
  return world;
};

/**
 * Plays a history to its quiet end.
 *
 * @throws BrokenPromise at the first step after which a promise does not hold
 */
export const play = (rules: Rules, { setup, steps, doomed }: History, note?: (line: string) => void): World => {
  const world = newWorld(rules, setup);
  for (const code of steps) {
    const line = takeStep(world, code);
    if (line !== undefined) note?.(line);
  }
  note?.('the world becomes quiet');
  finish(world, doomed);
  return world;
};

const QUIET_ROUNDS = 4;

/** Everything heals but the doomed caches; everything is delivered, verified, asked, concluded and reconciled. */
const finish = (world: World, doomed: number): void => {
  for (const region of world.regions.values()) region.cut = false;
  for (const [index, cache] of cachesOf(world).entries()) {
    if (((doomed >> index) & 1) === 0) cache.fault = null;
  }
  for (let round = 0; round < QUIET_ROUNDS; round += 1) {
    world.truth.tick += 1;
    world.truth.serving(world);
    settle(world, 'oldest first');
    world.clock += 1;
    for (const region of world.regions.values()) {
      reconcile(world, region);
      scan(world, region);
    }
    for (const message of world.verdicts.splice(0)) judge(world, message);
    if (round === 1) {
      for (const { order, state } of [...world.records]) if (state === 'accepted') ask(world, order.revision);
    }
    if (round >= 2) {
      for (const { order, state } of [...world.records]) if (state === 'accepted') conclude(world, order.revision);
    }
  }
  checkEnd(world);
};
