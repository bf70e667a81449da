import { type ApplyWavesOptions, applyWaves } from '../lib/apply-waves.ts';
import { flagsOf, foundationOf, globalOf, type Part, partName } from '../lib/part.ts';
import type { WavesRecord } from '../lib/record.ts';
import { layoutOf, planOf, World } from './support/world.ts';

const layout = layoutOf(3);
const [home, standby, pilot] = layout.regions as [string, string, string];

const outdated = (): World => {
  const world = World.at(layout, 1);
  world.target = 2;
  return world;
};

const applied = (world: World, record: WavesRecord, more: Partial<ApplyWavesOptions> = {}) =>
  applyWaves({
    work: world,
    record,
    gate: undefined,
    only: [],
    atOnce: 2,
    signal: new AbortController().signal,
    onEvent: () => {},
    ...more,
  });

describe('a region that is asked for alone', () => {
  it('is not home while another region has only half of its upgrade', async () => {
    const world = outdated();
    const record = await planOf(world, layout);
    world.failing.add(partName(flagsOf(pilot)));
    expect((await applied(world, record)).stopped).toBe('failure');
    expect((await applied(world, record, { only: [standby] })).stopped).toBeNull();
    const before = [...world.applied];
    await expect(applied(world, record, { only: [home] })).rejects.toMatchObject({
      code: 'FH_WAVES_REFUSED',
      reasons: [foundationOf(home), flagsOf(home)].map(
        (part) => `${partName(part)} has its turn after ${partName(flagsOf(pilot))}`,
      ),
    });
    expect(world.applied).toEqual(before);

    expect((await applied(world, record, { only: [pilot] })).stopped).toBeNull();
    expect((await applied(world, record, { only: [home] })).stopped).toBeNull();
    expect([...new Set(world.versions.values())]).toEqual([2]);
  });

  it('waits for what somebody else has changed since and not brought to what was shown', async () => {
    const world = outdated();
    const record = await planOf(world, layout);
    world.set(globalOf(layout), 0);
    await expect(applied(world, record, { only: [pilot] })).rejects.toThrow(
      `${partName(foundationOf(pilot))} has its turn after ${partName(globalOf(layout))}`,
    );
    world.set(globalOf(layout), 2);
    expect((await applied(world, record, { only: [pilot] })).stopped).toBeNull();
  });

  it('waits for what cannot be planned, and is told why', async () => {
    const world = outdated();
    const record = await planOf(world, layout);
    world.set(globalOf(layout), 0);
    world.refusesToPlan = ({ stack }) => stack === 'flags-global';
    await expect(applied(world, record, { only: [pilot] })).rejects.toThrow('cannot be planned');
  });
});

it('stops after a wave that has nothing of what is asked for, too', async () => {
  const world = outdated();
  const record = await planOf(world, layout);
  expect((await applied(world, record, { stopAfter: 'regions' })).stopped).toBe('asked');
  const before = [...world.applied];
  expect((await applied(world, record, { only: [home], stopAfter: 'regions' })).stopped).toBe('asked');
  expect(world.applied).toEqual(before);
});

it('looks at home as well, after which no wave comes', async () => {
  const world = outdated();
  const looked: string[] = [];
  const gate = {
    settle: async () => {},
    look: async (region: string) => {
      looked.push(region);
      return region === home && looked.length > 3 ? ['alarm: reverts'] : [];
    },
  };
  const report = await applied(world, await planOf(world, layout), { gate });
  expect(looked).toEqual([home, pilot, standby, home]);
  expect(report).toMatchObject({ stopped: 'unwell', unwell: [{ region: home, problems: ['alarm: reverts'] }] });
  expect(report.parts.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
});

it('goes on with the same plans after a replacement that ended between its halves', async () => {
  const world = outdated();
  const isIt = ({ stack, region }: Part): boolean => stack === 'flags-region' && region === pilot;
  world.effects = (part) => (isIt(part) ? { third: 'replace' } : {});
  const record = await planOf(world, layout, { allowed: { replace: [`flags-region ${pilot}:third`], destroy: [] } });
  world.failing.add(partName(flagsOf(pilot)));
  expect((await applied(world, record)).stopped).toBe('failure');
  world.effects = (part) => (isIt(part) ? { third: 'create' } : {});
  expect((await applied(world, record)).stopped).toBeNull();
  expect([...new Set(world.versions.values())]).toEqual([2]);
});
