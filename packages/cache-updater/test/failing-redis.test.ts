import { CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import { changeKeyOf } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { Region, revisionOf, SERVICES, topology } from './support/region.ts';

const SETTLED_MS = 20_000;
const away = () => Promise.reject(new UnavailableError('it', 'It comes back.'));
const WINDOW_MS = 600_000;

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
  const change = region.accept(revisionOf(2));
  await region.expect(change);
  for (const service of SERVICES) await region.apply(service, change);
});

const notes = () => region.verification.redisNotes('redis-1', region.time.now(), WINDOW_MS);
const another = { changeId: 'another', flagKey: 'another', order: { epoch: 1, revision: 1 } };
const failedBy = (service: string) => region.verification.recordFailure(service, another, region.time.now(), WINDOW_MS);
const passes = async () => {
  await region.time.advance(60_000);
  for (const cell of ['cell-1', 'cell-2']) await region.reconcile(cell);
};
const next = async () => {
  const change = region.accept(revisionOf(3));
  await region.expect(change);
  await region.time.advance(SETTLED_MS);
  return change;
};

it('the note of a cache that does not keep what is written lives as long as the reconciler finds it failing', async () => {
  region.cache.breakService('payments', 'ignores-writes');
  const change = await next();
  for (let minute = 0; minute < 30; minute += 1) await passes();
  expect(await failedBy('payments')).toContainEqual(changeKeyOf(change));
  region.cache.heal('payments');
  for (let minute = 0; minute < 12; minute += 1) await passes();
  expect(await failedBy('payments')).toEqual([another]);
});

it('no note is kept of the canary’s cache, which is broken on purpose, and nobody is called', async () => {
  const shadow = { name: SHADOW_SERVICE, cell: 'cell-1', owner: 'team-core', state: 'serving' } as const;
  region.topology.publish({ ...topology, version: 2, services: [...topology.services, shadow] });
  await region.cache.writeManifest(SHADOW_SERVICE, { generation: 1, topologyVersion: 2, count: 0 });
  region.cache.breakService(SHADOW_SERVICE, 'ignores-writes');
  const probe = region.accept(revisionOf(1, { flagKey: 'probe', audience: [SHADOW_SERVICE] }));
  await region.expect(probe);
  await region.time.advance(SETTLED_MS);
  await passes();
  expect(await failedBy(SHADOW_SERVICE)).toEqual([another]);
  expect(region.log.messages('error')).toEqual([]);
});

it.each([
  [SHADOW_SERVICE, 'warn'],
  ['payments', 'error'],
] as const)(
  'what the canary planted and has not changed since wakes nobody, and what stands elsewhere does: %s',
  async (service, level) => {
    const shadow = { name: SHADOW_SERVICE, cell: 'cell-1', owner: 'team-core', state: 'serving' } as const;
    region.topology.publish({ ...topology, version: 2, services: [...topology.services, shadow] });
    await region.cache.writeManifest(SHADOW_SERVICE, { generation: 1, topologyVersion: 2, count: 0 });
    await region.apply(service, revisionOf(2, { flagKey: CANARY_FLAG, audience: [service] }));
    await passes();
    const said = region.log.lines.filter(({ message }) => message === 'caches hold what this region never accepted');
    expect(said.map((line) => line.level)).toEqual([level]);
  },
);

it('an outage lasts from the first refusal until a pass of every cell found all caches of the Redis on CURRENT', async () => {
  region.cache.breakService('payments', 'read-only');
  await next();
  await passes();
  const since = (await notes()).outage?.since;
  expect(since).toBeDefined();
  await passes();
  expect((await notes()).outage).toMatchObject({ since, error: 'READONLY' });
  region.cache.heal('payments');
  await region.time.advance(60_000);
  await region.reconcile('cell-1');
  expect((await notes()).outage?.since).toBe(since);
  await region.reconcile('cell-2');
  expect((await notes()).outage).toBeNull();
  expect(region.eventsOf('CacheRepaired').map(({ detail }) => detail)).toContainEqual(
    expect.objectContaining({ redis: 'redis-1', outageSince: since }),
  );
});

describe('home may have lost what it was told of an outage', () => {
  const HOUR_MS = 3_600_000;
  const told = (type: 'CacheDegraded' | 'CacheRepaired') =>
    region.eventsOf(type).filter(({ detail }) => 'outageSince' in detail && detail.outageSince !== undefined);
  const passesFor = async (hours: number) => {
    const before = { degraded: told('CacheDegraded').length, repaired: told('CacheRepaired').length };
    for (let passed = 0; passed < hours * HOUR_MS; passed += 60_000) await passes();
    return {
      degraded: told('CacheDegraded').length - before.degraded,
      repaired: told('CacheRepaired').length - before.repaired,
    };
  };
  const refused = () =>
    region.verification.noteFailedWrites({ redis: 'redis-1', count: 1, error: 'READONLY', at: region.time.now() });

  it('its end is told again under the same id, every ten minutes for longer than a day, and then no more', async () => {
    await refused();
    await passes();
    expect(told('CacheRepaired')).toHaveLength(1);
    expect(await passesFor(1)).toEqual({ degraded: 0, repaired: 6 });
    await region.time.advance(23.5 * HOUR_MS);
    expect((await passesFor(1)).repaired).toBeGreaterThan(0);
    await region.time.advance(2 * HOUR_MS);
    expect(await passesFor(1)).toEqual({ degraded: 0, repaired: 0 });
    expect(new Set(told('CacheRepaired').map(({ id }) => id)).size).toBe(1);
  });

  it('that it lasts is told again every ten minutes, however few its writes are', async () => {
    await refused();
    const since = region.time.now();
    await region.time.advance(60_000);
    await region.reconcile('cell-1');
    expect(told('CacheDegraded')).toEqual([]);
    for (let minute = 0; minute < 60; minute += 1) {
      await region.time.advance(60_000);
      await region.reconcile('cell-1');
    }
    expect(told('CacheDegraded').map(({ detail }) => detail)).toEqual(
      Array.from({ length: 6 }, () => expect.objectContaining({ redis: 'redis-1', outageSince: since })),
    );
  });
});

it('a pass that leaves a young change alone has learned nothing: the outage goes on', async () => {
  await region.verification.noteFailedWrites({ redis: 'redis-1', count: 1, error: 'LOADING', at: region.time.now() });
  region.accept(revisionOf(3));
  await region.expect(revisionOf(3));
  await region.time.advance(1_000);
  for (const cell of ['cell-1', 'cell-2']) await region.reconcile(cell);
  expect((await notes()).outage).not.toBeNull();
});

it('a Redis that left twenty writes unanswered within ten minutes is named, though every change is there', async () => {
  const at = region.time.now();
  await region.verification.noteFailedWrites({ redis: 'redis-1', count: 19, error: null, at });
  await region.reconcile();
  expect(region.eventsOf('CacheDegraded')).toEqual([]);
  region.cache.breakService('payments', 'unreachable');
  await region.apply('payments', revisionOf(3));
  await region.reconcile('cell-2');
  expect(region.eventsOf('CacheDegraded')).toMatchObject([
    { detail: { redis: 'redis-1', writesFailed: 20, serves: [...SERVICES] } },
  ]);
});

it.each([
  ['the replica of flags', () => (region.flags.current = away)],
  ['the queue of load requests', () => (region.loads.request = away)],
])('a message that %s keeps from its cache says nothing of the Redis', async (_, breakIt) => {
  breakIt();
  region.cache.lose('payments');
  const response = await region.apply('payments', revisionOf(3));
  await region.time.advance(60_000);
  expect([...response.batchItemFailures, ...(await region.receive('payments')).batchItemFailures]).not.toEqual([]);
  expect((await notes()).writesFailed).toBe(0);
});

it('a tombstone ahead of everything, where the service must hold the flag, is named', async () => {
  const snapshot = region.cache.snapshot('payments');
  const held = new Map([...snapshot.held].map(([key, text]) => [key, text.replace('1 2 ', '1 9 ').replace(/0$/, '1')]));
  region.cache.restore('payments', { ...snapshot, held, fields: new Map() });
  await region.time.advance(60_000);
  expect(await region.reconcile()).toMatchObject({ unexplained: 1 });
});
