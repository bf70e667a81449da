import { isIntact } from '@flaghoist/core/intact';
import { drain, joinService } from '@flaghoist/operations/members';
import { publishTopology } from '@flaghoist/operations/publish-topology';
import { rev } from './support/flags.ts';
import { defaultFlag, shippedTopology, startWorld, type TestWorld } from './support/world.ts';

const oldFlag = 'card-limits';

/** How many caches each region expected to hold a change, in the order in which the regions answered. */
const expectedOf = async (t: TestWorld, changeId: string): Promise<Record<string, unknown>> => {
  await t.advance(5_000);
  const verdicts = await t.world.audit.search({ changeId, type: 'RegionVerdict' });
  return Object.fromEntries(verdicts.map(({ region, detail }) => [region, detail['expected']]));
};

const holds = (t: TestWorld, region: string, service: string, flagKey: string, revision: number): void => {
  const cached = t.cached(region, service, flagKey);
  expect(cached.held).toMatchObject({ order: rev(revision), tombstone: false });
  expect(isIntact(cached)).toBe(true);
};

const operator = { principal: 'local:operator' };

describe('a service that joins while a change is on its way', () => {
  it('is not expected by it, is expected by the next, and holds the old flags too', async () => {
    const t = await startWorld({ seed: 71, latency: 'modelled' });
    const newcomer = shippedTopology.services[10];
    if (newcomer === undefined) throw new Error('the shipped topology is too small');
    await t.verified({ flagKey: oldFlag });
    await t.verified();
    const { state: _serving, ...joining } = newcomer;
    const changeId = await t.propose();
    await t.until('it is accepted', async () => (await t.outcome(changeId)) !== undefined);
    const joined = t.world.join(joining);
    await t.advance(1);
    expect((await t.world.topology.latest()).services.at(-1)).toMatchObject({ name: newcomer.name, state: 'joining' });

    expect(await t.settled(changeId)).toBe('verified');
    await t.run(joined);
    expect(await expectedOf(t, changeId)).toEqual(Object.fromEntries(t.regions.map((region) => [region, 4])));
    for (const region of t.regions) {
      holds(t, region, newcomer.name, oldFlag, 1);
      holds(t, region, newcomer.name, defaultFlag, 2);
    }

    const next = await t.verified();
    expect(await expectedOf(t, next.changeId)).toEqual(Object.fromEntries(t.regions.map((region) => [region, 5])));
    await t.everyCacheHolds(defaultFlag, rev(3));
    for (const region of t.regions) holds(t, region, newcomer.name, defaultFlag, 3);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(next.changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('does not become serving before its cache can be written', async () => {
    const t = await startWorld({ seed: 72 });
    const newcomer = shippedTopology.services[10];
    if (newcomer === undefined) throw new Error('the shipped topology is too small');
    const { state: _serving, ...joining } = newcomer;
    await t.verified();
    t.region(1).caches.breakService(newcomer.name, 'read-only');
    const joined = t.world.join(joining);
    const { changeId } = await t.verified();
    await t.advance(60_000);
    expect((await t.world.topology.latest()).services.at(-1)).toMatchObject({ name: newcomer.name, state: 'joining' });
    expect(await expectedOf(t, changeId)).toEqual(Object.fromEntries(t.regions.map((region) => [region, 4])));

    t.region(1).caches.heal(newcomer.name);
    await t.run(joined);
    for (const region of t.regions) holds(t, region, newcomer.name, defaultFlag, 2);
    const next = await t.verified();
    expect(await expectedOf(t, next.changeId)).toEqual(Object.fromEntries(t.regions.map((region) => [region, 5])));
    expect(await t.story(next.changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });
});

describe('a region that joins while a change is on its way', () => {
  it('is not expected by it, is expected by the next, and holds the old flags too', async () => {
    const t = await startWorld({ seed: 73, latency: 'modelled', regions: 2, services: 3 });
    const newcomer = shippedTopology.regions[5]?.name ?? '';
    await t.verified({ flagKey: oldFlag });
    await t.verified();
    const changeId = await t.propose();
    await t.until('it is accepted', async () => (await t.outcome(changeId)) !== undefined);
    const joined = t.world.joinRegion(newcomer);

    expect(await t.settled(changeId)).toBe('verified');
    await t.run(joined);
    expect(await expectedOf(t, changeId)).toEqual(Object.fromEntries(t.regions.map((region) => [region, 3])));
    for (const service of t.services) {
      holds(t, newcomer, service, oldFlag, 1);
      holds(t, newcomer, service, defaultFlag, 2);
    }

    const next = await t.verified();
    expect(Object.keys(await expectedOf(t, next.changeId)).sort()).toEqual([...t.regions, newcomer].sort());
    await t.everyCacheHolds(defaultFlag, rev(3));
    // A fault in it counts from now on.
    t.world.region(newcomer).caches.breakService(t.service(0), 'read-only');
    const failing = await t.propose();
    expect(await t.settled(failing)).toBe('rolled-back');
    expect((await t.recordOf(failing)).blame).toEqual({ region: newcomer, services: [t.service(0)] });
    expect(await t.story(next.changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(failing)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });
});

it('a region that joins a running world has its own reconciler from then on', async () => {
  const t = await startWorld({ seed: 76, regions: 2, services: 3 });
  const newcomer = shippedTopology.regions[5]?.name ?? '';
  await t.verified();
  await t.run(t.world.joinRegion(newcomer));
  await t.advance(60_000);
  t.world.region(newcomer).caches.lose(t.service(1));
  expect(t.held(newcomer, t.service(1))).toBeNull();
  await t.advance(120_000);
  await t.everyCacheHolds(defaultFlag, rev(1));
});

it('a service that drained is loaded again before it serves', async () => {
  const t = await startWorld({ seed: 77 });
  const member = { what: 'service', name: t.service(3) } as const;
  await t.verified();
  await t.run(drain(member, operator, t.world.membership()));
  t.region(1).caches.breakService(member.name, 'read-only');
  await t.verified();
  // An index does not list a new flag for a second or two: a load would not know it, and find nothing missing.
  await t.advance(2_000);
  const serving = (await t.world.topology.latest()).services.map((each) => ({ ...each, state: 'serving' as const }));
  const wanted = { ...(await t.world.topology.latest()), services: serving };
  const atOnce = publishTopology({ ...wanted, version: wanted.version + 1 }, operator, t.world.membership());
  await expect(t.run(atOnce)).rejects.toThrow(`service ${member.name} goes from draining to serving`);

  const { state: _draining, ...service } =
    serving[3] ??
    (() => {
      throw new Error('no such service');
    })();
  const joined = joinService(service, operator, t.world.membership());
  await t.advance(90_000);
  expect((await t.world.topology.latest()).services.at(-1)).toMatchObject({ state: 'joining' });
  t.region(1).caches.heal(member.name);
  await t.run(joined);
  await t.everyCacheHolds(defaultFlag, rev(2));
  expect((await t.world.topology.latest()).services.at(-1)).toMatchObject({ state: 'serving' });
  await t.advance(5_000);
  const published = await t.world.audit.search({ type: 'TopologyPublished' });
  expect(published.map(({ detail }) => detail['transitions'])).toEqual([
    [{ ...member, from: 'serving', to: 'draining' }],
    [{ ...member, from: 'draining', to: 'joining' }],
    [{ ...member, from: 'joining', to: 'serving' }],
  ]);
});

describe('what drains', () => {
  it('a service is no longer expected at once, also by a change that is on its way', async () => {
    const t = await startWorld({ seed: 74 });
    const leaving = t.service(3);
    await t.verified();
    t.region(1).caches.breakService(leaving, 'read-only');
    const changeId = await t.propose();
    await t.advance(5_000);
    expect(await t.standing(changeId)).toBe('accepted');
    await t.run(drain({ what: 'service', name: leaving }, operator, t.world.membership()));

    expect(await t.settled(changeId)).toBe('verified');
    expect(await expectedOf(t, changeId)).toMatchObject({ [t.region(1).name]: 3 });
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [t.cacheName(1, 3)] });
    expect(await t.knownGood()).toEqual(rev(2));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('a region is no longer waited for, nor does it take anything back', async () => {
    const t = await startWorld({ seed: 75 });
    const leaving = t.region(2).name;
    await t.verified();
    t.region(2).caches.breakService(t.service(0), 'read-only');
    const changeId = await t.propose();
    await t.advance(5_000);
    expect(await t.standing(changeId)).toBe('accepted');
    await t.run(drain({ what: 'region', name: leaving }, operator, t.world.membership()));

    expect(await t.settled(changeId)).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [t.cacheName(2, 0)] });
    const next = await t.verified();
    expect(next.regions).toEqual(t.regions.filter((region) => region !== leaving));
    // Still subscribed: whoever runs there while it drains is served.
    expect(t.held(leaving, t.service(1))).toEqual(rev(3));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('a region that is gone for good leaves nothing unverified behind', async () => {
    const t = await startWorld({ seed: 78, regions: 3, services: 2 });
    const gone = t.region(2).name;
    await t.verified();
    t.world.network.cut(gone);
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('unverified');
    await t.run(drain({ what: 'region', name: gone }, operator, t.world.membership()));
    await t.advance(90 * 60_000);
    expect(await t.standing(changeId)).toBe('verified');
    expect(await t.knownGood()).toEqual(rev(2));
  });
});
