import * as fc from 'fast-check';
import { type ChangeRecord, type ChangeState, changeKinds, changeStates, flagStates } from '../lib/change.ts';
import { type Complaint, complaintOf, outagesOf } from '../lib/complaint.ts';
import { type Conclusion, type Decision, type DecisionInput, decide } from '../lib/decision.ts';
import { OLD_NEWS_MS, type Proof, type RefusingCache, supersedesProof } from '../lib/proof.ts';
import { endsSearch, isFloor, revertTarget } from '../lib/revert-target.ts';
import { looks, type Verdict } from '../lib/verdict.ts';
import { proofWith, recordWith } from './support.ts';

const proof = (region: string, verdict: Verdict, services: string[] = [], degraded: string[] = []): Proof =>
  proofWith(region, verdict, { services, degraded });

const refusingCache: RefusingCache = { service: 'billing', redis: 'shared-1', error: 'READONLY', outageSince: 1_000 };
const refusing = (changed: Partial<RefusingCache> = {}, look: Proof['look'] = 3): Proof =>
  proofWith('us-east-1', 'refusing', { look, refusing: [{ ...refusingCache, ...changed }] });
const outage = { region: 'us-east-1', redis: 'shared-1', since: 1_000 };

const consistent = [proof('eu-west-1', 'consistent'), proof('us-east-1', 'consistent')];
const complaint = proof('us-east-1', 'inconsistent', ['billing']);
const blame: Complaint = { region: 'us-east-1', services: ['billing'], fault: 'failed' };
const good = recordWith(1, { state: 'verified', kind: 'created' });

const input = (changed: Partial<DecisionInput> = {}): DecisionInput => ({
  judged: recordWith(2),
  proofs: [complaint],
  excusedRegions: new Set(),
  current: { epoch: 1, revision: 2 },
  knownGood: { epoch: 1, revision: 1 },
  floor: null,
  earlier: [good],
  revertsLeft: 20,
  now: 0,
  outages: [],
  outgrows: false,
  concluding: 'none',
  ...changed,
});

const newer = { epoch: 1, revision: 3 };
const judgedAs = (changed: Partial<ChangeRecord>) => ({ judged: recordWith(2, changed) });

describe('decide', () => {
  it.each<{ case: string; given: Partial<DecisionInput>; expected: Partial<Decision> }>([
    // Proven.
    { case: 'proven everywhere', given: { proofs: consistent }, expected: { action: 'verify', knownGood: true } },
    {
      case: 'proven, but known good is newer',
      given: { proofs: consistent, knownGood: newer, current: newer },
      expected: { action: 'verify', knownGood: false },
    },
    {
      case: 'proven after it was called unverified',
      given: { proofs: consistent, ...judgedAs({ state: 'unverified' }) },
      expected: { action: 'verify', knownGood: true },
    },
    {
      case: 'proven after it was held',
      given: { proofs: consistent, ...judgedAs({ state: 'held' }) },
      expected: { action: 'advance-known-good' },
    },
    {
      case: 'proven after it was superseded',
      given: { proofs: consistent, current: newer, ...judgedAs({ state: 'superseded' }) },
      expected: { action: 'advance-known-good' },
    },
    {
      case: 'proven after it was held, but known good is newer',
      given: { proofs: consistent, knownGood: newer, current: newer, ...judgedAs({ state: 'held' }) },
      expected: { action: 'wait' },
    },
    {
      case: 'proven after it was taken back',
      given: { proofs: consistent, ...judgedAs({ state: 'rolled-back' }) },
      expected: { action: 'wait' },
    },
    {
      case: 'proven again',
      given: { proofs: consistent, ...judgedAs({ state: 'verified' }) },
      expected: { action: 'wait' },
    },
    {
      case: 'proven by all regions but one that is leaving',
      given: { proofs: [proof('eu-west-1', 'consistent')], excusedRegions: new Set(['us-east-1']) },
      expected: { action: 'verify' },
    },
    // Silence.
    { case: 'one region silent', given: { proofs: consistent.slice(1) }, expected: { action: 'wait' } },
    {
      case: 'one region silent after 60 s',
      given: { proofs: consistent.slice(1), concluding: 'last' },
      expected: { action: 'unverify' },
    },
    {
      case: 'one region unknown after 60 s',
      given: { proofs: [proof('eu-west-1', 'consistent'), proof('us-east-1', 'unknown')], concluding: 'last' },
      expected: { action: 'unverify' },
    },
    {
      case: 'nobody left to prove it after 60 s',
      given: { proofs: [], excusedRegions: new Set(['eu-west-1', 'us-east-1']), concluding: 'last' },
      expected: { action: 'unverify' },
    },
    {
      case: 'concluded again',
      given: { proofs: [], concluding: 'last', ...judgedAs({ state: 'unverified' }) },
      expected: { action: 'wait' },
    },
    // Inconsistent.
    { case: 'a complaint', given: {}, expected: { action: 'revert', target: good, blame } },
    { case: 'a complaint at the end of the 60 s', given: { concluding: 'last' }, expected: { action: 'revert' } },
    {
      case: 'a complaint after it was called unverified: only an alarm',
      given: judgedAs({ state: 'unverified' }),
      expected: { action: 'wait' },
    },
    {
      case: 'a complaint of a region that is leaving',
      given: { excusedRegions: new Set(['us-east-1']) },
      expected: { action: 'wait' },
    },
    {
      case: 'a complaint of a region that was never to prove it',
      given: judgedAs({ regions: ['eu-west-1'] }),
      expected: { action: 'wait' },
    },
    {
      case: 'a complaint about a change that is not CURRENT any more',
      given: { current: newer },
      expected: { action: 'supersede', blame },
    },
    ...(['archived', 'killed', 'rolled-back'] as const).map((kind) => ({
      case: `a complaint about a change that is ${kind}`,
      given: judgedAs({ kind }),
      expected: { action: 'hold' as const, reason: 'kind' as const },
    })),
    ...(['created', 'updated', 'restored'] as const).map((kind) => ({
      case: `a complaint about a change that is ${kind}`,
      given: judgedAs({ kind }),
      expected: { action: 'revert' as const },
    })),
    {
      case: 'a complaint about caches that all fail other changes too',
      given: { proofs: [proof('us-east-1', 'inconsistent', ['billing'], ['billing', 'mail'])] },
      expected: { action: 'hold', reason: 'degraded-cache' },
    },
    // What a server refuses.
    { case: 'refused at the second look', given: { proofs: [refusing({}, 2)] }, expected: { action: 'wait' } },
    {
      case: 'refused at the second look, and 60 s are over: it is asked once more',
      given: { proofs: [refusing({}, 2)], concluding: 'early' },
      expected: { action: 'wait' },
    },
    {
      case: 'refused at the second look, and the third was not answered',
      given: { proofs: [refusing({}, 2)], concluding: 'last' },
      expected: { action: 'unverify' },
    },
    {
      case: 'still refused at the third look',
      given: { proofs: [refusing()] },
      expected: { action: 'revert', outages: [outage], blame: { ...blame, fault: 'refusing' } },
    },
    {
      case: 'still refused at the third look, by a Redis whose outage has taken a change back',
      given: { proofs: [refusing()], outages: [outage] },
      expected: { action: 'wait' },
    },
    {
      case: 'the same when the 107 s are over',
      given: { proofs: [refusing()], outages: [outage], concluding: 'last' },
      expected: { action: 'unverify' },
    },
    {
      case: 'still refused, by a Redis of the same name in another region',
      given: { proofs: [refusing()], outages: [{ ...outage, region: 'eu-west-1' }] },
      expected: { action: 'revert' },
    },
    {
      case: 'still refused, in a new outage of that Redis',
      given: { proofs: [refusing({ outageSince: 1_001 })], outages: [outage] },
      expected: { action: 'revert', outages: [{ ...outage, since: 1_001 }] },
    },
    {
      case: 'still refused, and the region does not know since when',
      given: { proofs: [refusing({ outageSince: null })], outages: [outage] },
      expected: { action: 'wait' },
    },
    {
      case: 'out of memory for a larger change, whatever the outage has taken back: it never counts for it',
      given: { proofs: [refusing({ error: 'OOM' })], outages: [outage], outgrows: true },
      expected: { action: 'revert', outages: [] },
    },
    {
      case: 'out of memory for a change that is no larger: once per outage',
      given: { proofs: [refusing({ error: 'OOM' })], outages: [outage] },
      expected: { action: 'wait' },
    },
    {
      case: 'refused for a larger change by a Redis that is not full: once per outage',
      given: { proofs: [refusing()], outages: [outage], outgrows: true },
      expected: { action: 'wait' },
    },
    {
      case: 'refused at the third look, but CURRENT is newer',
      given: { proofs: [refusing()], current: newer },
      expected: { action: 'supersede' },
    },
    {
      case: 'refused at the third look, half a minute ago',
      given: { proofs: [refusing()], now: OLD_NEWS_MS + 1 },
      expected: { action: 'wait' },
    },
    ...(['archived', 'killed', 'rolled-back'] as const).flatMap((kind) => [
      {
        case: `refused at the first look, ${kind}`,
        given: { proofs: [refusing({}, 1)], ...judgedAs({ kind }) },
        expected: { action: 'wait' as const },
      },
      {
        case: `still refused at the third look, ${kind}, whatever the outage has taken back`,
        given: { proofs: [refusing()], outages: [outage], ...judgedAs({ kind }) },
        expected: { action: 'hold' as const, reason: 'kind' as const },
      },
      {
        case: `refused when it was last heard of, ${kind}`,
        given: {
          proofs: [refusing({}, 2)],
          now: OLD_NEWS_MS + 1,
          concluding: 'last' as const,
          ...judgedAs({ kind }),
        },
        expected: { action: 'hold' as const, reason: 'kind' as const, blame: { ...blame, fault: 'refusing' as const } },
      },
    ]),
    {
      case: 'a degraded cache beside one that still refuses',
      given: { proofs: [{ ...refusing(), verdict: 'inconsistent', services: ['search'], degraded: ['search'] }] },
      expected: { action: 'revert', blame: { ...blame, services: ['search', 'billing'], fault: 'refusing' } },
    },
    // Old news.
    { case: 'a complaint of 30 s ago', given: { now: OLD_NEWS_MS }, expected: { action: 'revert' } },
    { case: 'an older one', given: { now: OLD_NEWS_MS + 1 }, expected: { action: 'wait' } },
    {
      case: 'an older one at the end of the 60 s: it is asked once more',
      given: { now: OLD_NEWS_MS + 1, concluding: 'early' },
      expected: { action: 'wait' },
    },
    {
      case: 'an older one at the end of the 107 s',
      given: { now: OLD_NEWS_MS + 1, concluding: 'last' },
      expected: { action: 'unverify' },
    },
    {
      case: 'an old proof',
      given: { proofs: consistent, now: 10 * OLD_NEWS_MS },
      expected: { action: 'verify', knownGood: true },
    },
    // The floor.
    {
      case: 'a floor after known good: it is gone back to, and stands between nothing',
      given: {
        judged: recordWith(3),
        current: newer,
        floor: { epoch: 1, revision: 2 },
        earlier: [recordWith(2, { state: 'unverified' }), good],
      },
      expected: { action: 'revert', target: expect.objectContaining({ order: { epoch: 1, revision: 2 } }) },
    },
    {
      case: 'a floor with an undecided change after it',
      given: {
        judged: recordWith(4),
        current: { epoch: 1, revision: 4 },
        floor: { epoch: 1, revision: 2 },
        earlier: [recordWith(3), recordWith(2, { state: 'unverified' }), good],
      },
      expected: { action: 'hold', reason: 'another-change-between' },
    },
    {
      case: 'a kill after the floor',
      given: {
        judged: recordWith(4, { kind: 'restored' }),
        current: { epoch: 1, revision: 4 },
        floor: { epoch: 1, revision: 2 },
        earlier: [recordWith(3, { kind: 'killed', flagState: 'killed' }), recordWith(2, { state: 'held' }), good],
      },
      expected: { action: 'revert', target: expect.objectContaining({ kind: 'killed' }) },
    },
    {
      case: 'a complaint about one degraded cache and a sound one',
      given: { proofs: [proof('us-east-1', 'inconsistent', ['billing', 'search'], ['billing'])] },
      expected: { action: 'revert' },
    },
    {
      case: 'a complaint without a cache at fault: the region refuses the change',
      given: { proofs: [proof('us-east-1', 'inconsistent')] },
      expected: { action: 'revert' },
    },
    {
      case: 'no reverts left this minute',
      given: { revertsLeft: 0 },
      expected: { action: 'hold', reason: 'revert-budget' },
    },
    {
      case: 'no known good and nothing before',
      given: { knownGood: null, earlier: [] },
      expected: { action: 'revert', target: null },
    },
    {
      case: 'another change between, whatever became of it',
      given: { judged: recordWith(3), current: newer, earlier: [recordWith(2, { state: 'unverified' }), good] },
      expected: { action: 'hold', reason: 'another-change-between' },
    },
    {
      case: 'another change before it and no known good',
      given: { knownGood: null, earlier: [recordWith(1)] },
      expected: { action: 'hold', reason: 'another-change-between' },
    },
    {
      case: 'between them only a change that was taken back, and its revert is known good',
      given: {
        judged: recordWith(4),
        current: { epoch: 1, revision: 4 },
        knownGood: { epoch: 1, revision: 3 },
        earlier: [
          recordWith(3, { kind: 'rolled-back', state: 'verified' }),
          recordWith(2, { state: 'rolled-back' }),
          good,
        ],
      },
      expected: { action: 'revert', target: expect.objectContaining({ order: { epoch: 1, revision: 3 } }) },
    },
    {
      case: 'a kill after known good: it does not reach behind',
      given: {
        judged: recordWith(3, { kind: 'restored' }),
        current: newer,
        earlier: [recordWith(2, { kind: 'killed', flagState: 'killed', state: 'held' }), good],
      },
      expected: { action: 'revert', target: expect.objectContaining({ kind: 'killed' }) },
    },
    {
      case: 'an archive after known good: it does not reach behind',
      given: {
        judged: recordWith(3, { kind: 'created' }),
        current: newer,
        earlier: [recordWith(2, { kind: 'archived', flagState: 'archived', state: 'held' }), good],
      },
      expected: { action: 'revert', target: expect.objectContaining({ kind: 'archived' }) },
    },
    {
      case: 'a revert that carries a kill: it does not reach behind that either',
      given: {
        judged: recordWith(3),
        current: newer,
        earlier: [recordWith(2, { kind: 'rolled-back', flagState: 'killed', state: 'unverified' }), good],
      },
      expected: { action: 'revert', target: expect.objectContaining({ kind: 'rolled-back' }) },
    },
  ])('$case: $expected.action', ({ given, expected }) => {
    expect(decide(input(given))).toMatchObject(expected);
  });
});

const REGIONS = ['eu-west-1', 'us-east-1', 'us-west-2'];
const verdicts = fc.constantFrom<Verdict>('consistent', 'unknown', 'refusing', 'inconsistent');
const records = (revision: number) =>
  fc
    .record({
      kind: fc.constantFrom(...changeKinds),
      flagState: fc.constantFrom(...flagStates),
      state: fc.constantFrom(...changeStates),
      regions: fc.subarray(REGIONS, { minLength: 1 }),
    })
    .map(
      (changed): ChangeRecord =>
        recordWith(revision, {
          ...changed,
          ...(changed.kind === 'killed' || changed.kind === 'archived' ? { flagState: changed.kind } : {}),
        }),
    );

const inputs: fc.Arbitrary<DecisionInput> = fc.integer({ min: 1, max: 6 }).chain((revision) =>
  fc.record({
    judged: records(revision),
    proofs: fc.subarray(REGIONS).chain((regions) =>
      fc.tuple(
        ...regions.map((region) =>
          fc
            .record({
              verdict: verdicts,
              services: fc.subarray(['billing', 'search']),
              degraded: fc.subarray(['billing', 'search']),
              look: fc.constantFrom(...looks),
              seenAt: fc.constantFrom(0, 60_000),
              error: fc.constantFrom('READONLY', 'OOM'),
            })
            .map(({ verdict, error, ...said }) => {
              const mayRefuse = verdict === 'refusing' || verdict === 'inconsistent';
              return proofWith(region, verdict, { ...said, refusing: mayRefuse ? [{ ...refusingCache, error }] : [] });
            }),
        ),
      ),
    ),
    excusedRegions: fc.subarray(REGIONS).map((regions) => new Set(regions)),
    current: fc.integer({ min: revision, max: 7 }).map((current) => ({ epoch: 1, revision: current })),
    knownGood: fc.option(fc.integer({ min: 1, max: 7 }).map((known) => ({ epoch: 1, revision: known }))),
    earlier: fc.tuple(...Array.from({ length: revision - 1 }, (_, index) => records(revision - 1 - index))),
    revertsLeft: fc.integer({ min: 0, max: 2 }),
    now: fc.constantFrom(60_000, 100_000),
    outages: fc.subarray([outage]),
    outgrows: fc.boolean(),
    floor: fc.option(fc.integer({ min: 1, max: revision }).map((floor) => ({ epoch: 1, revision: floor }))),
    concluding: fc.constantFrom<Conclusion>('none', 'early', 'last'),
  }),
);

const promised = (name: string, check: (given: DecisionInput, decision: Decision) => void): void => {
  it(name, () => {
    fc.assert(
      fc.property(inputs, (given) => check(given, decide(given))),
      { numRuns: 2_000 },
    );
  });
};

describe('decide, whatever it is given,', () => {
  const isFinal = (state: ChangeState) => state !== 'accepted' && state !== 'unverified';

  promised('leaves final states alone', ({ judged }, { action }) => {
    if (isFinal(judged.state)) expect(['wait', 'advance-known-good']).toContain(action);
    if (judged.state === 'unverified') expect(['wait', 'verify']).toContain(action);
  });

  promised('never takes back a kill, an archive or a revert', ({ judged }, { action }) => {
    if (['killed', 'archived', 'rolled-back'].includes(judged.kind)) expect(action).not.toBe('revert');
  });

  promised('takes back only CURRENT, and only what somebody complained about', (given, decision) => {
    if (decision.action !== 'revert') return;
    expect(given.current).toEqual(given.judged.order);
    const { region } = decision.blame;
    const blamed = given.proofs.find((each) => each.region === region);
    expect(['inconsistent', 'refusing']).toContain(blamed?.verdict);
    expect(given.judged.regions).toContain(region);
    expect(given.excusedRegions).not.toContain(region);
    expect(given.now - (blamed?.seenAt ?? 0)).toBeLessThanOrEqual(OLD_NEWS_MS);
  });

  promised('takes back one change per outage, but for one that a full Redis cannot take', (given, decision) => {
    if (decision.action !== 'revert' || decision.blame.fault !== 'refusing' || given.outgrows) return;
    expect(given.outages.map(({ region }) => region)).not.toContain(decision.blame.region);
    expect(decision.outages.map(({ region }) => region)).toContain(decision.blame.region);
  });

  promised('never reaches behind a kill', ({ earlier }, decision) => {
    if (decision.action !== 'revert') return;
    const behind = earlier.filter(({ order }) => order.revision > (decision.target?.order.revision ?? 0));
    for (const { kind } of behind) expect(['killed', 'archived']).not.toContain(kind);
  });

  promised('drops nothing but what was taken back before', ({ earlier }, decision) => {
    if (decision.action !== 'revert') return;
    const behind = earlier.filter(({ order }) => order.revision > (decision.target?.order.revision ?? 0));
    for (const { state } of behind) expect(state).toBe('rolled-back');
  });

  promised(
    'verifies only what all regions that are asked have proven',
    ({ judged, proofs, excusedRegions }, { action }) => {
      if (action !== 'verify' && action !== 'advance-known-good') return;
      const asked = judged.regions.filter((region) => !excusedRegions.has(region));
      expect(asked).not.toEqual([]);
      for (const region of asked) expect(proofs.find((each) => each.region === region)?.verdict).toBe('consistent');
    },
  );

  promised('never moves known good back, nor to what was taken back', ({ judged, knownGood }, decision) => {
    const moves = decision.action === 'advance-known-good' || (decision.action === 'verify' && decision.knownGood);
    if (!moves) return;
    expect(judged.order.revision).toBeGreaterThan(knownGood?.revision ?? 0);
    expect(judged.state).not.toBe('rolled-back');
  });

  promised('concludes at the end', ({ judged, concluding }, { action }) => {
    if (concluding === 'last' && judged.state === 'accepted') expect(action).not.toBe('wait');
  });

  promised('says the same when the store read back no further than it had to', (given, decision) => {
    const end = given.earlier.findIndex((record) => endsSearch(record, given.knownGood));
    const read = end < 0 ? given.earlier : given.earlier.slice(0, end + 1);
    // The floor is where reading ended, or nowhere.
    const floor = read.at(-1)?.order ?? null;
    if (JSON.stringify(floor) !== JSON.stringify(given.floor) && given.floor !== null) return;
    expect(decide({ ...given, earlier: read })).toEqual(decision);
  });

  promised('does the same in whatever order the regions are on record', (given, decision) => {
    const turned = decide({ ...given, proofs: [...given.proofs].reverse() });
    expect({ ...turned, blame: null }).toEqual({ ...decision, blame: null });
  });
});

describe('the complaint that decides', () => {
  it('is one about a sound cache before one about a degraded one', () => {
    const degraded = proof('eu-west-1', 'inconsistent', ['billing'], ['billing']);
    expect(complaintOf(input({ proofs: [degraded, complaint] }))).toEqual(blame);
    expect(complaintOf(input({ proofs: [degraded] }))).toMatchObject({ region: 'eu-west-1', fault: 'degraded' });
    expect(complaintOf(input({ proofs: consistent }))).toBeUndefined();
  });

  it('is one about a refusing cache before one about a degraded one', () => {
    const degraded = proof('eu-west-1', 'inconsistent', ['billing'], ['billing']);
    expect(complaintOf(input({ proofs: [degraded, refusing()] }))).toMatchObject({ fault: 'refusing' });
  });
});

describe('the outages that a revert counts for', () => {
  it('are those of every Redis that refused at the third look, whichever answer decides', () => {
    const elsewhere = proofWith('eu-west-1', 'refusing', {
      look: 3,
      seenAt: 7_000,
      refusing: [
        { ...refusingCache, outageSince: null },
        { ...refusingCache, service: 'search', redis: 'shared-2', outageSince: 2_000 },
      ],
    });
    expect(outagesOf([complaint, refusing(), elsewhere, refusing({ redis: 'shared-3' }, 2)], false)).toEqual([
      outage,
      { region: 'eu-west-1', redis: 'shared-1', since: 7_000 },
      { region: 'eu-west-1', redis: 'shared-2', since: 2_000 },
    ]);
  });
});

describe('the target of a revert', () => {
  it('is the newest of known good and the kills, in whatever order they were read', () => {
    const kill = recordWith(3, { kind: 'killed', flagState: 'killed' });
    const earlier = [recordWith(2), good, kill];
    const floor = null;
    expect(revertTarget({ judged: recordWith(4), knownGood: good.order, floor, earlier })).toBe(kill);
    expect(revertTarget({ judged: recordWith(3), knownGood: good.order, floor, earlier })).toBe(good);
    expect(revertTarget({ judged: recordWith(3), knownGood: null, floor, earlier: [recordWith(2)] })).toBeNull();
    expect(revertTarget({ judged: recordWith(3), knownGood: good.order, floor: recordWith(2).order, earlier })).toBe(
      earlier[0],
    );
  });
});

describe('a floor', () => {
  const seen = proofWith('us-east-1', 'unknown', { holding: 2, seenAt: 50 });
  const unseen = proofWith('us-east-1', 'unknown');
  const degraded = proof('us-east-1', 'inconsistent', ['billing'], ['billing']);

  it.each<{ case: string; given: Partial<ChangeRecord>; proofs: Proof[]; is: boolean }>([
    { case: 'unverified, seen in a cache', given: { state: 'unverified' }, proofs: [seen], is: true },
    { case: 'held, seen in a cache', given: { state: 'held' }, proofs: [seen, degraded], is: true },
    { case: 'seen when home concluded it', given: { state: 'held', seenAt: 99 }, proofs: [], is: true },
    { case: 'seen only when the judged one was there', given: { state: 'held', seenAt: 100 }, proofs: [], is: false },
    { case: 'seen in no cache', given: { state: 'unverified' }, proofs: [unseen, degraded], is: false },
    { case: 'failed by a cache that answers', given: { state: 'unverified' }, proofs: [seen, complaint], is: false },
    { case: 'failed when home held it', given: { state: 'held', failed: true }, proofs: [seen], is: false },
    ...(['accepted', 'verified', 'rolled-back', 'superseded'] as const).map((state) => ({
      case: state,
      given: { state },
      proofs: [seen],
      is: false,
    })),
  ])('is a change that is $case: $is', ({ given, proofs, is }) => {
    expect(isFloor(recordWith(2, given), proofs, 100)).toBe(is);
  });
});

describe('reading back', () => {
  it.each<{ record: string; given: Partial<ChangeRecord>; ends: boolean }>([
    {
      record: 'a change that stands: target or not, nothing behind it matters',
      given: { state: 'verified' },
      ends: true,
    },
    { record: 'an undecided change', given: {}, ends: true },
    { record: 'a change that was taken back', given: { state: 'rolled-back' }, ends: false },
    { record: 'known good', given: { state: 'rolled-back', order: { epoch: 1, revision: 1 } }, ends: true },
    { record: 'a kill', given: { state: 'rolled-back', kind: 'killed' }, ends: true },
  ])('ends at $record: $ends', ({ given, ends }) => {
    expect(endsSearch(recordWith(2, given), { epoch: 1, revision: 1 })).toBe(ends);
  });
});

describe('an answer of a region', () => {
  it.each<[Verdict | 'nothing', Verdict, boolean]>([
    ['nothing', 'unknown', true],
    ['nothing', 'consistent', true],
    ['unknown', 'inconsistent', true],
    ['inconsistent', 'unknown', true],
    ['inconsistent', 'consistent', true],
    ['consistent', 'consistent', true],
    ['consistent', 'inconsistent', false],
    ['consistent', 'unknown', false],
  ])('on record (%s) is replaced by %s: %s', (recorded, answer, replaced) => {
    const before = recorded === 'nothing' ? undefined : proof('eu-west-1', recorded);
    expect(supersedesProof(before, proof('eu-west-1', answer))).toBe(replaced);
  });

  it('that comes late replaces nothing that was seen after it, unless it is a proof', () => {
    const later = proofWith('eu-west-1', 'unknown', { seenAt: 2 });
    expect(supersedesProof(later, proofWith('eu-west-1', 'inconsistent', { seenAt: 1 }))).toBe(false);
    expect(supersedesProof(later, proofWith('eu-west-1', 'consistent', { seenAt: 1 }))).toBe(true);
  });
});
