import * as fc from 'fast-check';
import { applyWaves } from '../lib/apply-waves.ts';
import { type Direction, mustPrecede, wavesOf } from '../lib/order.ts';
import { flagsOf, foundationOf, type Layout, type Part, partName, partsOf, readsOf } from '../lib/part.ts';
import type { WavesReport } from '../lib/report.ts';
import { layoutOf, planOf, World } from './support/world.ts';

const told = (layout: Layout, isThere: (part: Part) => boolean, direction: Direction = 'forward') =>
  wavesOf(layout, isThere, direction).map(({ name, lanes }) => [name, lanes.map((lane) => lane.map(partName))]);

const [first, second, third, fourth] = layoutOf(4).regions as [string, string, string, string];

it('creates an environment from home, tables before the functions that read them', () => {
  expect(told(layoutOf(3), () => false)).toEqual([
    ['foundation', [[`region-foundation ${first}`]]],
    ['foundations', [[`region-foundation ${second}`], [`region-foundation ${third}`]]],
    ['global', [[`flags-global ${first}`]]],
    ['joining', [[`flags-region ${first}`], [`flags-region ${second}`], [`flags-region ${third}`]]],
  ]);
});

it('upgrades the tables, a pilot, the other regions, and home last', () => {
  expect(told(layoutOf(4), () => true)).toEqual([
    ['global', [[`flags-global ${first}`]]],
    ['pilot', [[`region-foundation ${third}`, `flags-region ${third}`]]],
    [
      'regions',
      [
        [`region-foundation ${second}`, `flags-region ${second}`],
        [`region-foundation ${fourth}`, `flags-region ${fourth}`],
      ],
    ],
    ['home', [[`region-foundation ${first}`, `flags-region ${first}`]]],
  ]);
});

it('goes back the other way round', () => {
  expect(told(layoutOf(4), () => true, 'back')).toEqual([
    ['home', [[`flags-region ${first}`, `region-foundation ${first}`]]],
    [
      'regions',
      [
        [`flags-region ${second}`, `region-foundation ${second}`],
        [`flags-region ${fourth}`, `region-foundation ${fourth}`],
      ],
    ],
    ['pilot', [[`flags-region ${third}`, `region-foundation ${third}`]]],
    ['global', [[`flags-global ${first}`]]],
  ]);
});

it('is last there and first back where changes are accepted, be it the standby; home is then a region like the others', () => {
  const moved = { ...layoutOf(4), accepting: second };
  const order = told(moved, () => true);
  expect(order.at(-1)).toEqual(['home', [[`region-foundation ${second}`, `flags-region ${second}`]]]);
  expect(order.find(([name]) => name === 'regions')?.[1]).toContainEqual([
    `region-foundation ${first}`,
    `flags-region ${first}`,
  ]);
  expect(told(moved, () => true, 'back')[0]).toEqual([
    'home',
    [[`flags-region ${second}`, `region-foundation ${second}`]],
  ]);
});

it('brings a region in: what it stands on before the tables, its functions behind the upgrade of the others', () => {
  const isThere = ({ region }: Part): boolean => region !== fourth;
  const order = told(layoutOf(4), isThere);
  expect(order.map(([name]) => name)).toEqual(['foundations', 'global', 'pilot', 'regions', 'home', 'joining']);
  expect(order[0]).toEqual(['foundations', [[`region-foundation ${fourth}`]]]);
  expect(order.at(-1)).toEqual(['joining', [[`flags-region ${fourth}`]]]);
});

it('creates nothing in a region that drains', () => {
  const isThere = (part: Part): boolean => partName(part) !== `flags-region ${fourth}`;
  expect(JSON.stringify(told(layoutOf(4, [3]), isThere))).not.toContain(`flags-region ${fourth}`);
});

it('makes a foundation whole before all that reads its key, and is done with it there', () => {
  const half = (region: string, layout = layoutOf(4)) =>
    wavesOf(
      layout,
      () => true,
      'forward',
      (part) => partName(part) === `region-foundation ${region}`,
    ).flatMap(({ name, lanes }) => lanes.flat().map((part) => [name, partName(part)]));
  expect(half(first)[0]).toEqual(['foundation', `region-foundation ${first}`]);
  expect(half(fourth)[0]).toEqual(['foundations', `region-foundation ${fourth}`]);
  for (const region of [first, fourth]) {
    expect(half(region).filter(([, name]) => name === `region-foundation ${region}`)).toHaveLength(1);
  }
  // Nothing is created in a region that drains, but what is there has its turn.
  expect(half(fourth, layoutOf(4, [3]))).toContainEqual(['regions', `region-foundation ${fourth}`]);
});

/** The pilot is another one than accepts. */
const movedToStandby = (layout: Layout): Layout => ({
  ...layout,
  accepting: layout.standby ?? layout.home,
  pilot: layout.pilot === layout.standby ? layout.home : layout.pilot,
});

/** Any environment, of which any parts are there, with home where it began or at the standby. */
const anyEnvironment = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(), { minLength: 13, maxLength: 13 }), fc.boolean())
  .map(([regions, dice, moved]) => {
    const here = layoutOf(regions);
    const layout = moved && here.standby !== undefined ? movedToStandby(here) : here;
    const parts = partsOf(layout);
    const there = new Set(parts.filter((_, index) => (dice[index] ?? 0) % 3 > 0).map(partName));
    return { layout, isThere: (part: Part): boolean => there.has(partName(part)) };
  });

const places = (layout: Layout, isThere: (part: Part) => boolean, direction: Direction) => {
  const order = wavesOf(layout, isThere, direction).flatMap(({ lanes }, wave) =>
    lanes.flatMap((lane, index) => lane.map((part, step) => ({ name: partName(part), wave, lane: index, step }))),
  );
  /** Whether one is over when the other begins, whatever runs side by side. */
  const isBefore = (a: Part, b: Part): boolean => {
    const [x, y] = [a, b].map((part) => order.find(({ name }) => name === partName(part)));
    if (x === undefined || y === undefined) return true;
    return x.wave < y.wave || (x.wave === y.wave && x.lane === y.lane && x.step < y.step);
  };
  return { order, isBefore };
};

describe('of any environment, whatever is there', () => {
  it('names each part once, on the way back each that is there', () => {
    fc.assert(
      fc.property(anyEnvironment, ({ layout, isThere }) => {
        const names = (direction: Direction) => places(layout, isThere, direction).order.map(({ name }) => name);
        expect([...names('forward')].sort()).toEqual(partsOf(layout).map(partName).sort());
        expect([...names('back')].sort()).toEqual(partsOf(layout).filter(isThere).map(partName).sort());
      }),
    );
  });

  it('upgrades home when every other region that is there has its upgrade, and takes it back before any of them', () => {
    fc.assert(
      fc.property(anyEnvironment, ({ layout, isThere }) => {
        const forward = places(layout, isThere, 'forward');
        const back = places(layout, isThere, 'back');
        const ofHome = [flagsOf(layout.accepting)].filter(isThere);
        const others = layout.regions.filter((region) => region !== layout.accepting);
        for (const region of others.filter((each) => isThere(flagsOf(each)))) {
          for (const home of ofHome) {
            expect(forward.isBefore(flagsOf(region), home)).toBe(true);
            expect(back.isBefore(home, flagsOf(region))).toBe(true);
          }
        }
      }),
    );
  });

  it('creates nothing before what it reads is created', () => {
    fc.assert(
      fc.property(anyEnvironment, ({ layout, isThere }) => {
        const { isBefore } = places(layout, isThere, 'forward');
        for (const part of partsOf(layout).filter((each) => !isThere(each))) {
          for (const read of readsOf(layout, part).filter((each) => !isThere(each))) {
            expect([partName(read), partName(part), isBefore(read, part)]).toEqual([
              partName(read),
              partName(part),
              true,
            ]);
          }
        }
      }),
    );
  });

  it('lets nothing overtake that is asked for alone, but for the pilot', () => {
    fc.assert(
      fc.property(anyEnvironment, fc.constantFrom<Direction>('forward', 'back'), ({ layout, isThere }, direction) => {
        const order = wavesOf(layout, isThere, direction);
        const { isBefore } = places(layout, isThere, direction);
        for (const part of order.flatMap(({ lanes }) => lanes.flat())) {
          for (const before of mustPrecede(order, part)) expect(isBefore(before, part)).toBe(true);
        }
        const home = flagsOf(layout.accepting);
        if (direction === 'forward' && isThere(home)) {
          const before = mustPrecede(order, home).map(partName);
          const others = layout.regions.filter((region) => region !== layout.accepting);
          for (const region of others.filter((each) => isThere(flagsOf(each)))) {
            expect(before).toContain(partName(flagsOf(region)));
          }
        }
      }),
    );
  });
});

const well = { settle: async () => {}, look: async () => [] };

const applied = async (world: World, layout: Layout, interruptAfter?: number): Promise<WavesReport> => {
  const interruption = new AbortController();
  world.onApply = () => {
    if (interruptAfter !== undefined && world.applied.length >= interruptAfter) interruption.abort();
  };
  const record = await planOf(world, layout);
  const options = {
    work: world,
    record,
    gate: well,
    only: [],
    atOnce: 3,
    signal: interruption.signal,
    onEvent: () => {},
  };
  return applyWaves(options);
};

it('ends in the same place, however often it fails or is interrupted on the way, and does nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyEnvironment,
      fc.array(fc.nat({ max: 12 }), { maxLength: 4 }),
      fc.option(fc.nat({ max: 8 }), { nil: undefined }),
      fc.array(fc.nat({ max: 5 }), { maxLength: 2 }),
      async ({ layout, isThere }, failures, interruptAfter, half) => {
        const world = new World();
        const parts = partsOf(layout);
        for (const part of parts.filter(isThere)) world.set(part, 1);
        for (const region of half)
          if (layout.regions[region] !== undefined) world.set(foundationOf(layout.regions[region]), 0);
        world.target = 2;
        for (const index of failures) {
          const part = parts[index];
          if (part !== undefined) world.failing.add(partName(part));
        }
        let report = await applied(world, layout, interruptAfter);
        for (let tries = 0; report.stopped !== null; tries += 1) {
          expect(tries).toBeLessThan(10);
          report = await applied(world, layout);
        }
        expect([...world.versions]).toHaveLength(parts.length);
        expect([...new Set(world.versions.values())]).toEqual([2]);
        expect([...world.applied].sort()).toEqual(parts.map(partName).sort());
        expect(world.mostRunning).toBeLessThanOrEqual(3);
      },
    ),
    { numRuns: 200 },
  );
});

it('goes on with the same plans after a failure, too', async () => {
  await fc.assert(
    fc.asyncProperty(anyEnvironment, fc.nat({ max: 12 }), async ({ layout, isThere }, failure) => {
      const world = new World();
      const parts = partsOf(layout);
      for (const part of parts.filter(isThere)) world.set(part, 1);
      world.target = 2;
      world.failing.add(partName(parts[failure % parts.length] as Part));
      const record = await planOf(world, layout);
      const options = {
        work: world,
        record,
        gate: well,
        only: [],
        atOnce: 2,
        signal: new AbortController().signal,
        onEvent: () => {},
      };
      expect((await applyWaves(options)).stopped).toBe('failure');
      expect((await applyWaves(options)).stopped).toBeNull();
      expect([...world.applied].sort()).toEqual(parts.map(partName).sort());
    }),
    { numRuns: 100 },
  );
});
