import { deploymentOf } from '../../lib/load/deployment.ts';
import { loadsOf } from '../../lib/load/region-load.ts';
import { recorded } from '../support.ts';

const DAY = 86_400;
const deployment = deploymentOf(recorded('home', 'region').resources);
const load = (region: string, changesPerDay: number, services?: number) => {
  const found = loadsOf(deployment, { changesPerDay, services }).get(region);
  if (found === undefined) throw new Error(`no load of ${region}`);
  return found;
};

it('finds home, regions, services and cells in plans', () => {
  expect(deployment.home).toBe('us-east-1');
  expect(
    deployment.regions.map(({ region, subscriptions, cells, isHome }) => [region, subscriptions, cells, isHome]),
  ).toEqual([
    ['us-east-1', 4, 1, true],
    ['eu-west-1', 4, 1, false],
  ]);
});

it('idle, schedules run, and the warm-up reaches every service', () => {
  const { events } = load('eu-west-1', 0);
  expect(events.get('cache-updater.reconcile')).toEqual({ idlePerSecond: 1 / 60, perSecond: 1 / 60 });
  expect(events.get('cache-updater.apply')?.perSecond).toBeCloseTo(4 / 300);
  expect(events.get('consistency-checker.scan')?.perSecond).toBe(0);
});

it('a change reaches each service of its audience, and home has the answers of all regions', () => {
  const here = load('eu-west-1', DAY, 3);
  const home = load('us-east-1', DAY, 3);
  expect(here.events.get('cache-updater.apply')?.perSecond).toBeCloseTo(3 + 4 / 300);
  expect(home.events.get('rollback.judge')?.perSecond).toBe(2);
  expect(home.events.get('audit-writer.write')?.perSecond).toBe(4 + 3 * 2);
  expect(home.busEvents).toBe(4 + 3 * 2);
  expect(here.busEvents).toBe(3);
});

it('an audience is not larger than what is subscribed', () => {
  expect(load('eu-west-1', DAY, 1000).audience).toBe(4);
});

it('what waits is taken in batches: ten times the load is less than ten times the invocations', () => {
  const invoked = (changesPerDay: number) =>
    load('us-east-1', changesPerDay).invocations.get('audit-writer.write') ?? 0;
  expect(invoked(DAY)).toBe(10);
  expect(invoked(10 * DAY)).toBe(10);
  expect(invoked(100 * DAY)).toBe(100);
});
