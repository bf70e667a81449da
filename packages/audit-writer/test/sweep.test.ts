import { CANARY_AUTHOR, CANARY_FLAG } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import { acceptedEvent, revisionEvents } from '@flaghoist/core/change-events';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { approvedEvent } from '@flaghoist/core/identity-events';
import { changeSk, flagPk, revisionSk, SWEEP } from '@flaghoist/core/storage/keys';
import { InMemoryGivenApprovals } from '@flaghoist/in-memory/approval-store';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { documentOf } from '../lib/audit-document.ts';
import { createSweepHandler, createWriteHandler } from '../lib/handler.ts';
import type { SweepPorts } from '../lib/ports.ts';
import { bridged } from './support/messages.ts';
import { AN_HOUR_MS, createTrail, REGION } from './support/revisions.ts';

/** A change for which a region is asked. */
const unverified = async (trail: ReturnType<typeof createTrail>): Promise<void> => {
  const change = await trail.accept('alpha');
  const judged = (await trail.changes.record('alpha', change)) as ChangeRecord;
  await trail.changes.decide({ action: 'unverify', judged, now: trail.clock.now(), silentRegions: [REGION] });
};

it('finds nothing to do when the trail is whole', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.accept('beta');
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  expect(await trail.sweep({ from: new Date(0).toISOString() })).toEqual({
    checked: 2,
    missing: 0,
    written: 0,
    askedAgain: 0,
    chainBreaks: [],
  });
});

it('writes the events that are missing, word for word as they were lost, and says so', async () => {
  const trail = createTrail();
  const first = await trail.accept('alpha');
  const second = await trail.accept('alpha');
  const [proposed, accepted] = revisionEvents(first, REGION);
  if (proposed === undefined || accepted === undefined) throw new Error('a proposal and its acceptance');
  await trail.audit.create([documentOf(proposed), documentOf(accepted)]);
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toEqual({ checked: 2, missing: 2, written: 2, askedAgain: 0, chainBreaks: [] });
  expect(await trail.audit.search({ changeId: second.change.id })).toEqual(
    revisionEvents(second, REGION).map(documentOf),
  );
  expect(trail.log.messages('warn')).toEqual(['events were missing in the trail']);
});

it('makes up how proposals ended, and every decision that a change went through', async () => {
  const trail = createTrail();
  const refusal = {
    author: 'local:ada',
    changeId: 'refused-0001',
    proposedDigest: '0'.repeat(64),
    flagKey: 'alpha',
    actor: 'ada',
    at: trail.clock.now(),
    proposed: { kind: 'updated', proposedAt: 5 },
  } as const;
  await trail.changes.refuse({ ...refusal, outcome: 'conflict', basedOn: null, current: null });
  const change = await trail.accept('beta');
  const judged = (await trail.changes.record('beta', change)) as ChangeRecord;
  await trail.changes.decide({ action: 'unverify', judged, now: trail.clock.now(), silentRegions: ['eu-west-1'] });
  const unverified = (await trail.changes.record('beta', change)) as ChangeRecord;
  await trail.clock.advance(60_000);
  await trail.changes.decide({ action: 'verify', judged: unverified, now: trail.clock.now(), knownGood: null });
  await trail.clock.advance(AN_HOUR_MS);

  expect(await trail.sweep()).toMatchObject({ missing: 6, written: 6, askedAgain: 0 });
  const told = async (changeId: string) => (await trail.audit.search({ changeId })).map(({ type }) => type);
  expect(await told('refused-0001')).toEqual(['ChangeProposed', 'ChangeConflicted']);
  expect((await told(change.change.id)).sort()).toEqual(
    ['ChangeProposed', 'ChangeAccepted', 'ChangeUnverified', 'ChangeVerified'].sort(),
  );
});

describe('what operators and approvers did while the bus was away for longer than its messages wait', () => {
  const ada = { actor: 'ada', at: 0 };

  it('an approval is made up, though it was written long before home heard of it', async () => {
    const trail = createTrail();
    await trail.clock.advance(10 * AN_HOUR_MS);
    await trail.sweep();
    const approvals = new InMemoryGivenApprovals({ proposals: trail.tables.proposals, changes: trail.tables.changes });
    const approval = { flagKey: 'alpha', proposalDigest: 'a'.repeat(64), basedOn: null, rulesVersion: 1 };
    const given = { approval, at: AN_HOUR_MS, times: 1 };
    const key = { principal: 'AROAEXAMPLE:ada', proposalDigest: approval.proposalDigest };
    await approvals.note(key, given, trail.clock.now());
    await trail.clock.advance(AN_HOUR_MS);
    expect(await trail.sweep()).toMatchObject({ missing: 1, written: 1 });
    expect(await trail.toldOf('ChangeApproved')).toEqual([documentOf(approvedEvent({ key, ...given }, REGION))]);
    expect(await trail.sweep()).toMatchObject({ missing: 0 });
  });

  it('versions of the topology are made up, however long one of them took to get here, and not the first of all', async () => {
    const trail = createTrail();
    await trail.clock.advance(AN_HOUR_MS);
    const first = await trail.topology.latest();
    const second = {
      ...first,
      version: 2,
      services: first.services.map((each) => ({ ...each, state: 'draining' as const })),
    };
    await trail.topology.publish(second, { ...ada, at: trail.clock.now(), follows: 1 });
    await trail.topology.publish({ ...second, version: 3 }, { ...ada, at: trail.clock.now(), follows: 2 });
    await trail.clock.advance(60_000);
    expect(await trail.sweep()).toMatchObject({ missing: 0 });
    await trail.clock.advance(AN_HOUR_MS);
    expect(await trail.sweep()).toMatchObject({ missing: 2, written: 2 });
    expect(await trail.toldOf('TopologyPublished')).toMatchObject([
      {
        id: 'TopologyPublished:2',
        detail: { actor: 'ada', transitions: [{ name: 'payments', from: 'serving', to: 'draining' }] },
      },
      { id: 'TopologyPublished:3', detail: { transitions: [] } },
    ]);
    expect(await trail.sweep()).toMatchObject({ missing: 0 });
  });

  it('that this region was made the first home is made up', async () => {
    const trail = createTrail({ homeSince: new VirtualScheduler().now() });
    await trail.clock.advance(AN_HOUR_MS);
    expect(await trail.sweep()).toMatchObject({ missing: 1, written: 1 });
    expect(await trail.toldOf('HomeMoved')).toMatchObject([
      { id: 'HomeMoved:1', detail: { region: REGION, epoch: 1, from: 'absent', actor: 'ada' } },
    ]);
    expect(await trail.sweep()).toMatchObject({ missing: 0 });
  });

  it('every move that made this region home is made up, also when home has moved away and back since', async () => {
    const trail = createTrail({ home: 'eu-west-1' });
    for (const [epoch, region] of [
      [2, REGION],
      [3, 'eu-west-1'],
      [4, REGION],
    ] as const) {
      const from = await trail.home.lastMove();
      await trail.home.move({ region, epoch, actor: 'grace', at: trail.clock.now() }, from ?? null);
      await trail.clock.advance(60_000);
    }
    expect(await trail.sweep()).toMatchObject({ missing: 0 });
    await trail.clock.advance(AN_HOUR_MS);
    expect(await trail.sweep()).toMatchObject({ missing: 2, written: 2 });
    expect(await trail.toldOf('HomeMoved')).toMatchObject([
      { id: 'HomeMoved:2', detail: { region: REGION, epoch: 2, from: 'eu-west-1', actor: 'grace' } },
      { id: 'HomeMoved:4', detail: { region: REGION, epoch: 4, from: 'eu-west-1', actor: 'grace' } },
    ]);
  });
});

it('asks for what happened once, and for what changes since once more', async () => {
  const trail = createTrail();
  const change = await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  const asked: string[] = [];
  const existing = trail.audit.existing.bind(trail.audit);
  trail.audit.existing = (ids) => {
    asked.push(...ids);
    return existing(ids);
  };
  await trail.sweep();
  expect(asked).toEqual([]);

  const judged = (await trail.changes.record('alpha', change)) as ChangeRecord;
  await trail.changes.decide({ action: 'verify', judged, now: trail.clock.now(), knownGood: null });
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toMatchObject({ missing: 1, written: 1 });
  expect(asked).toContain(`ChangeVerified:${change.change.id}:alpha:1.1`);
});

it('goes over a time again when it is told to: documents may have been lost', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  const restored = { ...trail.ports, audit: new InMemoryAuditIndex() };
  expect(await createSweepHandler(restored)({})).toMatchObject({ missing: 0 });
  expect(await createSweepHandler(restored)({ from: new Date(0).toISOString() })).toMatchObject({ missing: 2 });
  await expect(createSweepHandler(restored)({ from: 'yesterday' })).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
});

it('ends its run in time, and the next ones go on until everything is there once', async () => {
  const trail = createTrail();
  for (let flag = 0; flag < 450; flag += 1) {
    await trail.accept(`flag-${flag}`);
    await trail.clock.advance(1);
  }
  await trail.clock.advance(AN_HOUR_MS);
  // A slow index: one page is all that a run gets.
  const existing = trail.audit.existing.bind(trail.audit);
  trail.audit.existing = async (ids) => {
    await trail.clock.advance(9 * 60_000);
    return existing(ids);
  };
  const written: number[] = [];
  for (let run = 0; run < 3; run += 1) written.push((await trail.sweep()).written);
  expect(written).toEqual([400, 398, 102]);
  expect(trail.audit.size).toBe(900);
  expect(trail.log.messages('warn')).toContain('sweep goes on in its next run');
});

it('is not stopped by an item of changes that nobody can read', async () => {
  const trail = createTrail();
  const change = await trail.accept('alpha');
  const [pk, sk] = [flagPk('alpha'), changeSk(change)];
  const item = { ...trail.tables.changes.get(pk, sk), pk, sk, record: 'not json' };
  trail.tables.changes.put(item);
  await trail.accept('beta');
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toMatchObject({ written: 2 });
  expect(trail.log.messages('error')).toContain('item of changes cannot be read, the trail does not speak of it');
});

it('is one document with the event that arrives after all', async () => {
  const trail = createTrail();
  const envelope = await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  const write = createWriteHandler({ ...trail.ports, deadLetters: new InMemoryDeadLetters() });
  expect(await write(sqsEvent([bridged(acceptedEvent(envelope, 'us-east-1'))]))).toEqual({ batchItemFailures: [] });
  // The proposal and its acceptance, each once.
  expect(trail.audit.size).toBe(2);
});

it('leaves alone what may still be in the queue, but checks their chain', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(60_000);
  expect(await trail.sweep()).toEqual({ checked: 1, missing: 0, written: 0, askedAgain: 0, chainBreaks: [] });
  expect(trail.audit.size).toBe(0);
});

it('goes through more than one request takes', async () => {
  const trail = createTrail();
  for (let flag = 0; flag < 410; flag += 1) await trail.accept(`flag-${flag}`);
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toMatchObject({ checked: 410, missing: 820, written: 820 });
  expect(trail.audit.size).toBe(820);
  // It has kept how far it came more than once, and does not take itself for another one.
  expect(await trail.ports.trail.progress()).toMatchObject({ through: trail.clock.now() - 15 * 60_000 });
  expect(trail.log.messages('warn')).not.toContain(
    'another sweep has gone on meanwhile; how far this one came is not kept',
  );
});

it('does not go on behind what the index refuses for now', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.accept('beta');
  await trail.clock.advance(AN_HOUR_MS);
  trail.audit.failItems(({ flagKey }) => (flagKey === 'beta' ? { retryable: true, reason: '429' } : undefined));
  await expect(trail.sweep()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  trail.audit.failItems(() => undefined);
  expect(await trail.sweep()).toMatchObject({ missing: 2, written: 2 });
});

it('names what the index refuses for good, and goes on', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.accept('beta');
  await trail.clock.advance(AN_HOUR_MS);
  trail.audit.failItems(({ flagKey }) => (flagKey === 'beta' ? { retryable: false, reason: 'mapping' } : undefined));
  expect(await trail.sweep()).toMatchObject({ missing: 4, written: 2 });
  expect(trail.log.messages('error')).toEqual(['event not written', 'event not written']);
});

it('throws while the index is down, and the next run goes on', async () => {
  const trail = createTrail();
  await unverified(trail);
  await trail.clock.advance(AN_HOUR_MS);
  trail.audit.takeDown();
  await expect(trail.sweep()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  // The other parts have done what they could.
  expect(trail.bus.published).toHaveLength(1);
  trail.audit.bringUp();
  expect(await trail.sweep()).toMatchObject({ missing: 3, written: 3 });
});

describe('the hash chain', () => {
  it('is walked on by the next run where one run ended, in the middle of a flag', async () => {
    const trail = createTrail();
    for (let revision = 0; revision < 150; revision += 1) await trail.accept('alpha');
    const revisions = trail.ports.flags.revisions.bind(trail.ports.flags);
    trail.ports.flags.revisions = async function* slow(after) {
      for await (const revision of revisions(after)) {
        await trail.clock.advance(10_000);
        yield revision;
      }
    };
    const runs = [await trail.sweep(), await trail.sweep(), await trail.sweep()];
    // 100 in a run, then the rest, then from the beginning.
    expect(runs.map(({ checked }) => checked)).toEqual([100, 50, 100]);
    expect(runs.flatMap(({ chainBreaks }) => chainBreaks)).toEqual([]);
  });

  const chainOfThree = async () => {
    const trail = createTrail();
    await trail.accept('alpha');
    const middle = await trail.accept('beta');
    const revisions = [middle, await trail.accept('beta'), await trail.accept('beta')];
    await trail.accept('gamma');
    const itemOf = (revision: number) => {
      const [pk, sk] = [flagPk('beta'), revisionSk({ epoch: 1, revision })];
      return { pk, sk, ...trail.tables.flags.get(pk, sk) };
    };
    return { trail, revisions, itemOf };
  };

  it('holds for several flags beside each other', async () => {
    const { trail } = await chainOfThree();
    expect(await trail.sweep()).toMatchObject({ checked: 5, chainBreaks: [] });
  });

  it('shows a revision that was taken out, once', async () => {
    const { trail, itemOf } = await chainOfThree();
    const { pk, sk } = itemOf(2);
    trail.tables.flags.delete({ pk, sk });
    expect(await trail.sweep()).toMatchObject({
      chainBreaks: [{ flagKey: 'beta', order: '1.3', problem: 'predecessor' }],
    });
    expect(trail.log.messages('error')).toEqual(['hash chain broken']);
  });

  it('goes on behind revisions of the canary whose time has come, and of nobody else', async () => {
    for (const [author, breaks] of [
      [CANARY_AUTHOR, 0],
      ['local:ada', 2],
    ] as const) {
      const trail = createTrail();
      for (let revision = 1; revision <= 5; revision += 1) await trail.accept(CANARY_FLAG, author);
      const pk = flagPk(CANARY_FLAG);
      for (const revision of [1, 3]) trail.tables.flags.delete({ pk, sk: revisionSk({ epoch: 1, revision }) });
      expect((await trail.sweep()).chainBreaks).toHaveLength(breaks);
    }
  });

  it('shows a first revision that is not the first', async () => {
    const { trail, itemOf } = await chainOfThree();
    const { pk, sk } = itemOf(1);
    trail.tables.flags.delete({ pk, sk });
    expect(await trail.sweep()).toMatchObject({
      chainBreaks: [{ flagKey: 'beta', order: '1.2', problem: 'predecessor' }],
    });
  });

  it('shows a revision whose bytes were altered, and does not put it into the trail', async () => {
    const { trail, revisions, itemOf } = await chainOfThree();
    await trail.clock.advance(AN_HOUR_MS);
    const [, second] = revisions;
    if (second === undefined) throw new Error('there are three');
    trail.tables.flags.put({ ...itemOf(2), envelope: serialiseEnvelope({ ...second, owner: 'mallory' }) });
    expect(await trail.sweep()).toMatchObject({
      checked: 5,
      // Four revisions with a proposal each.
      written: 8,
      chainBreaks: [{ flagKey: 'beta', order: '1.2', problem: 'altered' }],
    });
  });

  it('shows an item whose attributes and envelope are not the same revision', async () => {
    const { trail, revisions, itemOf } = await chainOfThree();
    const [first] = revisions;
    if (first === undefined) throw new Error('there are three');
    trail.tables.flags.put({ ...itemOf(2), envelope: serialiseEnvelope(first) });
    expect(await trail.sweep()).toMatchObject({
      chainBreaks: [{ flagKey: 'beta', order: '1.2', problem: 'attributes' }],
    });
  });
});

it('starts from an empty table', async () => {
  const trail = createTrail();
  expect(await trail.sweep()).toEqual({ checked: 0, missing: 0, written: 0, askedAgain: 0, chainBreaks: [] });
});

it('asks who has not proven an unverified change, and one who has, once an hour, for as long as they keep its row', async () => {
  const trail = createTrail({ regions: [REGION, 'ap-south-1', 'eu-west-1'] });
  const change = await trail.accept('alpha');
  const judged = (await trail.changes.record('alpha', change)) as ChangeRecord;
  const seen = { look: 1, seenAt: trail.clock.now(), holding: 1 } as const;
  const proof = { verdict: 'consistent', services: [], degraded: [], refusing: [], ...seen } as const;
  for (const region of [REGION, 'ap-south-1']) await trail.changes.recordProof(judged, { ...proof, region });
  await trail.changes.decide({ action: 'unverify', judged, now: trail.clock.now(), silentRegions: ['eu-west-1'] });
  await trail.clock.advance(AN_HOUR_MS);
  const asked = () => trail.bus.published.filter(({ type }) => type === 'VerifyRequested');

  for (let quarter = 0; quarter < 5; quarter += 1) {
    await trail.sweep();
    await trail.clock.advance(AN_HOUR_MS / 4);
  }
  const { changeId, flagKey, order } = judged;
  expect(asked()).toMatchObject([
    { detail: { region: REGION, changes: [{ changeId, flagKey, order }] } },
    { detail: { region: 'eu-west-1', changes: [{ changeId, flagKey, order }] } },
    { detail: { region: REGION } },
    { detail: { region: 'eu-west-1' } },
  ]);
  await trail.clock.advance(14 * 24 * AN_HOUR_MS);
  await trail.sweep();
  expect(asked()).toHaveLength(4);
});

it('asks for a held change until known good has come to it: a late proof may have been lost', async () => {
  const trail = createTrail({ regions: [REGION, 'eu-west-1'] });
  const change = await trail.accept('alpha');
  const judged = (await trail.changes.record('alpha', change)) as ChangeRecord;
  const blame = { region: 'eu-west-1', services: ['payments'] };
  const now = trail.clock.now();
  await trail.changes.decide({ action: 'hold', reason: 'kind', judged, now, blame, current: judged.order });
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  const asked = () => trail.bus.published.filter(({ type }) => type === 'VerifyRequested');
  const { changeId, flagKey, order } = judged;
  expect(asked()).toMatchObject([
    { detail: { region: REGION, changes: [{ changeId, flagKey, order }] } },
    { detail: { region: 'eu-west-1', changes: [{ changeId, flagKey, order }] } },
  ]);
  expect(trail.log.messages('error')).toEqual([]);

  const held = (await trail.changes.record('alpha', change)) as ChangeRecord;
  const at = trail.clock.now();
  await trail.changes.decide({ action: 'advance-known-good', judged: held, now: at, knownGood: { from: null } });
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  expect(asked()).toHaveLength(2);
});

it('asks for the newest each time, and for each of the others in turn, however many are never answered', async () => {
  const trail = createTrail();
  const count = 800;
  for (let number = 0; number < count; number += 1) {
    const change = await trail.accept(`flag-${number}`);
    const judged = (await trail.changes.record(`flag-${number}`, change)) as ChangeRecord;
    await trail.changes.decide({ action: 'unverify', judged, now: trail.clock.now(), silentRegions: [REGION] });
    await trail.clock.advance(1_000);
  }
  await trail.clock.advance(AN_HOUR_MS);
  const asked = new Set<string>();
  for (let hour = 0; hour < 12; hour += 1) {
    expect(await trail.sweep()).toMatchObject({ askedAgain: 500 });
    const events = trail.bus.published.filter(({ type }) => type === 'VerifyRequested').slice(-10);
    const flags = events.flatMap(({ detail }) => ('changes' in detail ? (detail.changes ?? []) : []));
    expect(flags.map(({ flagKey }) => flagKey)).toContain(`flag-${count - 1}`);
    for (const { flagKey } of flags) asked.add(flagKey);
    await trail.clock.advance(AN_HOUR_MS);
  }
  expect(asked.size).toBe(count);
});

it('asks again at the next sweep when the bus is down', async () => {
  const trail = createTrail();
  await unverified(trail);
  await trail.clock.advance(AN_HOUR_MS);
  trail.bus.takeDown();
  await expect(trail.sweep()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  // What the bus lost is in the trail while it is still down.
  expect(trail.audit.size).toBe(3);
  trail.bus.bringUp();
  expect(await trail.sweep()).toMatchObject({ askedAgain: 1 });
});

it('mends nothing where another region is home', async () => {
  const trail = createTrail({ home: 'eu-west-1' });
  await trail.accept('checkout');
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toMatchObject({ checked: 0, missing: 0 });
  expect(await trail.audit.search({})).toEqual([]);
});

it('leaves out nothing that was still to be walked when it is told to begin later', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(2 * AN_HOUR_MS);
  // More than one request takes.
  for (let flag = 0; flag < 210; flag += 1) await trail.accept(`flag-${flag}`);
  await trail.clock.advance(AN_HOUR_MS);
  const from = new Date(trail.clock.now() - 90 * 60_000).toISOString();
  expect(await trail.sweep({ from })).toMatchObject({ missing: 420, written: 420 });
  expect(await trail.sweep()).toMatchObject({ missing: 2, written: 2 });
  expect(await trail.sweep()).toMatchObject({ missing: 0 });
});

it('sets nothing back that another one has come to meanwhile', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  const { ports } = trail;
  const slow: SweepPorts['trail'] = {
    awaited: (from, to) => ports.trail.awaited(from, to),
    progress: () => ports.trail.progress(),
    keepProgress: (progress, read) => ports.trail.keepProgress(progress, read),
    async *happened(from, to) {
      await trail.clock.advance(AN_HOUR_MS);
      await trail.sweep();
      yield* ports.trail.happened(from, to);
    },
  };
  await createSweepHandler({ ...ports, trail: slow })({});
  expect(await ports.trail.progress()).toMatchObject({ through: trail.clock.now() - 15 * 60_000 });
  expect(trail.log.messages('warn')).toContain(
    'another sweep has gone on meanwhile; how far this one came is not kept',
  );
});

it.each<[string, (now: number) => object]>([
  ['nothing', () => ({})],
  ['a text that is no progress', () => ({ progress: 'x' })],
  ['a moment to come', (now) => ({ progress: JSON.stringify({ through: now + 1, chain: null, askedAt: 0 }) })],
  [
    'that it asked in a thousand years',
    () => ({ progress: JSON.stringify({ through: 0, chain: null, askedAt: 1e15 }) }),
  ],
])('begins anew, and says so, where somebody wrote %s in the place of how far it has come', async (_, attributes) => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  trail.tables.changes.put({ ...SWEEP, ...attributes(trail.clock.now()) });
  expect(await trail.sweep()).toMatchObject({ missing: 2, written: 2 });
  expect(trail.log.messages('error').join()).toContain('SWEEP/PROGRESS');
  expect(await trail.ports.trail.progress()).toMatchObject({ through: trail.clock.now() - 15 * 60_000 });
});
