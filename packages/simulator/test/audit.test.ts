import type { ChangeState } from '@flaghoist/core/change';
import { authorPk, proposalSk } from '@flaghoist/core/storage/keys';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { named } from '../lib/queues.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

const MINUTE_MS = 60_000;
/** A message that failed is back by then. */
const AWAY_MS = Number(shippedWiring().queues['audit']?.visibilitySeconds) * 1000 + 5_000;
const HOUR_MS = 60 * MINUTE_MS;
const QUARTER_MS = 15 * MINUTE_MS;

const auditQueueOf = ({ world }: TestWorld) => named(world.home.queues, 'audit');
const latencies = ['none', 'modelled'] as const;

describe('an audit index that is down', () => {
  it.each(latencies)('for some minutes: changes go on, nothing is lost, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 101 });
    const before = t.world.home.audit.size;
    t.world.home.audit.takeDown();
    const { changeId } = await t.verified();
    const { changeId: second } = await t.verified();
    const rejected = await t.propose({ owner: '', document: {} });
    expect(await t.settled(rejected)).toBe('rejected');
    t.region(1).caches.breakService(t.service(1), 'read-only');
    const broken = await t.propose();
    expect(await t.settled(broken)).toBe('rolled-back');
    await t.advance(3 * MINUTE_MS);
    expect(t.world.home.audit.size).toBe(before);
    expect(auditQueueOf(t).pending).toBeGreaterThan(0);

    t.world.home.audit.bringUp();
    await t.advance(AWAY_MS);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(second)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(rejected)).toEqual(['ChangeProposed', 'ChangeRejected']);
    expect(await t.story(broken)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
    for (const id of [changeId, second]) expect(await t.verdicts(id)).toHaveLength(t.regions.length);
    expect(auditQueueOf(t).pending).toBe(0);

    await t.advance(16 * MINUTE_MS);
    expect(await t.run(t.world.home.sweep())).toEqual({
      checked: 4,
      missing: 0,
      written: 0,
      askedAgain: 0,
      chainBreaks: [],
    });
    const current = await t.current();
    await t.everyCacheHolds(
      defaultFlag,
      { epoch: 1, revision: Number(current?.revision) },
      {
        except: [t.cacheName(1, 1)],
      },
    );
  });

  it('for single documents only: those come again, the others are there at once', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 103 });
    t.world.home.audit.failItems(({ type }) =>
      type === 'ChangeAccepted' ? { retryable: true, reason: 'rejected execution' } : undefined,
    );
    const { changeId } = await t.verified();
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeVerified']);
    t.world.home.audit.failItems(() => undefined);
    await t.advance(AWAY_MS);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    await t.everyCacheHolds(defaultFlag, { epoch: 1, revision: 1 });
  });
});

/** Changes of every kind of end. @returns the ids of the proposals that were refused */
const tellStories = async (t: TestWorld): Promise<readonly string[]> => {
  const { caches } = t.region(1);
  const refused = [
    await t.propose({ owner: '', document: {} }),
    await t.propose({ basedOn: { epoch: 1, revision: 77 } }),
  ];
  await t.propose();
  await t.advance(20_000);
  caches.breakService(t.service(1), 'ignores-writes');
  await t.propose();
  await t.advance(30_000);
  caches.heal(t.service(1));
  await t.advance(30_000);
  caches.breakService(t.service(1), 'unreachable');
  await t.propose({ kind: 'killed' });
  await t.advance(100_000);
  caches.heal(t.service(1));
  return refused;
};

const decisionTypes: Readonly<Record<ChangeState, string | undefined>> = {
  accepted: undefined,
  verified: 'ChangeVerified',
  unverified: undefined,
  'rolled-back': 'ChangeRolledBack',
  held: 'ChangeHeld',
  superseded: 'ChangeSuperseded',
};

/** What the trail must hold of each change, by what home has stored. */
const owed = async (t: TestWorld, refused: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> => {
  const stories: Record<string, readonly string[]> = {};
  for (const changeId of refused) {
    const outcome = await t.outcome(changeId);
    stories[changeId] = ['ChangeProposed', outcome?.outcome === 'conflict' ? 'ChangeConflicted' : 'ChangeRejected'];
  }
  for (const { change, epoch, revision } of await t.revisions()) {
    const record = await t.recordOf(change.id);
    expect(record.order).toEqual({ epoch, revision });
    stories[change.id] = [
      ...(change.causeId === undefined ? ['ChangeProposed'] : []),
      'ChangeAccepted',
      ...(record.unverified === undefined ? [] : ['ChangeUnverified']),
      ...[decisionTypes[record.state]].filter((type) => type !== undefined),
    ];
  }
  return stories;
};

/** What the trail holds of them: each document once, so a type that comes twice is two documents. */
const told = async (
  t: TestWorld,
  changeIds: readonly string[],
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const stories: Record<string, readonly string[]> = {};
  for (const id of changeIds) stories[id] = (await t.story(id)).sort();
  return stories;
};

const expectWhole = async (t: TestWorld, refused: readonly string[]): Promise<void> => {
  const wanted = await owed(t, refused);
  const sorted = Object.entries(wanted).map(([id, types]) => [id, [...types].sort()]);
  expect(await told(t, Object.keys(wanted))).toEqual(Object.fromEntries(sorted));
};

/** Sweeps every quarter of an hour, as its schedule does; nothing else that runs by the clock. */
const sweepFor = async (t: TestWorld, ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += QUARTER_MS) {
    await t.advance(QUARTER_MS);
    await t.run(t.world.home.sweep());
  }
};

describe('after an outage the trail holds every proposal, acceptance, refusal and decision once', () => {
  const outages = (['bus', 'index'] as const).flatMap((what) =>
    [5, 10, 300, 900, 86_400].map((seconds) => [what, seconds] as const),
  );

  it.each(outages)('of the %s, for %s s', async (what, seconds) => {
    const t = await startWorld({ latency: 'modelled', seed: 105, regions: 2, services: 2, schedules: false });
    await t.verified();
    const away = what === 'bus' ? t.region(0).bus : t.world.home.audit;
    away.takeDown();
    t.scheduler.schedule(seconds * 1000, () => away.bringUp());
    const refused = await tellStories(t);
    await t.advance(seconds * 1000);
    await sweepFor(t, HOUR_MS);
    await expectWhole(t, refused);
    expect(named(t.world.home.queues, 'audit-dead').waiting).toBe(0);
    // After an hour the stream gives up, and the sweep has the rest.
    if (seconds < 3600) expect(named(t.world.home.queues, 'tell-dropped').waiting).toBe(0);
    expect(t.world.home.tell.backlog).toBe(0);
  });

  it('and that somebody wrote over a proposal, where the bus was away for a day', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 107, regions: 2, services: 2, schedules: false });
    const { changeId } = await t.verified();
    const { bus } = t.region(0);
    bus.takeDown();
    const item = t.world.home.proposalsTable.get(authorPk(t.author), proposalSk(changeId));
    if (item === undefined) throw new Error('there is no proposal');
    t.world.home.proposalsTable.put({ ...item, proposal: '{}' });
    await t.advance(24 * HOUR_MS);
    bus.bringUp();
    await sweepFor(t, HOUR_MS);
    const found = await t.world.audit.search({ type: 'TamperingFound' });
    expect(found.map(({ detail }) => detail)).toMatchObject([{ what: 'proposal', by: t.author, changeId }]);
  });

  it('of the function that tells, for longer than its records live', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 106, regions: 2, services: 2, schedules: false });
    await t.verified();
    t.world.home.tell.pause();
    const refused = await tellStories(t);
    await t.advance(2 * HOUR_MS);
    t.world.home.tell.resume();
    await sweepFor(t, HOUR_MS);
    expect(named(t.world.home.queues, 'tell-dropped').waiting).toBeGreaterThan(0);
    await expectWhole(t, refused);
  });
});

describe('the hash chain', () => {
  it('tells a revision that was altered in the table', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 104 });
    await t.verified();
    await t.verified();
    const [first] = t.region(0).flags.query({ pk: `FLAG#${defaultFlag}`, skPrefix: 'REVISION#', limit: 1 });
    if (first === undefined) throw new Error('there is no revision');
    t.region(0).flags.put({ ...first, envelope: String(first['envelope']).replace('document 1', 'document 7') });
    await t.advance(MINUTE_MS);
    const { chainBreaks } = await t.run(t.world.home.sweep());
    expect(chainBreaks).toEqual([{ flagKey: defaultFlag, order: '1.1', problem: 'altered' }]);
    await t.everyCacheHolds(defaultFlag, { epoch: 1, revision: 2 });
    expect((await t.trail()).map(({ detail }) => detail['reason'])).toContain('not-an-envelope');
  });
});
