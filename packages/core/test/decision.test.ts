import * as fc from 'fast-check';
import { type ChangeRecord, type ChangeState, changeKinds, changeStates, flagStates } from '../lib/change.ts';
import {
  complaintOf,
  type Decision,
  type DecisionInput,
  decide,
  endsSearch,
  type Proof,
  revertTarget,
  supersedesProof,
} from '../lib/decision.ts';
import type { Verdict } from '../lib/verdict.ts';
import { recordWith } from './support.ts';

const proof = (region: string, verdict: Verdict, services: string[] = [], degraded: string[] = []): Proof => ({
  region,
  verdict,
  services,
  degraded,
});

const consistent = [proof('eu-west-1', 'consistent'), proof('us-east-1', 'consistent')];
const complaint = proof('us-east-1', 'inconsistent', ['billing']);
const good = recordWith(1, { state: 'verified', kind: 'created' });

const input = (changed: Partial<DecisionInput> = {}): DecisionInput => ({
  judged: recordWith(2),
  proofs: [complaint],
  excusedRegions: new Set(),
  current: { epoch: 1, revision: 2 },
  knownGood: { epoch: 1, revision: 1 },
  earlier: [good],
  revertsLeft: 20,
  concluding: false,
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
      given: { proofs: consistent.slice(1), concluding: true },
      expected: { action: 'unverify' },
    },
    {
      case: 'one region unknown after 60 s',
      given: { proofs: [proof('eu-west-1', 'consistent'), proof('us-east-1', 'unknown')], concluding: true },
      expected: { action: 'unverify' },
    },
    {
      case: 'nobody left to prove it after 60 s',
      given: { proofs: [], excusedRegions: new Set(['eu-west-1', 'us-east-1']), concluding: true },
      expected: { action: 'unverify' },
    },
    {
      case: 'concluded again',
      given: { proofs: [], concluding: true, ...judgedAs({ state: 'unverified' }) },
      expected: { action: 'wait' },
    },
    // Inconsistent.
    { case: 'a complaint', given: {}, expected: { action: 'revert', target: good, blame: complaint } },
    { case: 'a complaint at the end of the 60 s', given: { concluding: true }, expected: { action: 'revert' } },
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
      expected: { action: 'supersede', blame: complaint },
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
const verdicts = fc.constantFrom<Verdict>('consistent', 'unknown', 'inconsistent');
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
    proofs: fc
      .subarray(REGIONS)
      .chain((regions) =>
        fc.tuple(
          ...regions.map((region) =>
            fc
              .tuple(verdicts, fc.subarray(['billing', 'search']), fc.subarray(['billing', 'search']))
              .map(([verdict, services, degraded]) => proof(region, verdict, services, degraded)),
          ),
        ),
      ),
    excusedRegions: fc.subarray(REGIONS).map((regions) => new Set(regions)),
    current: fc.integer({ min: revision, max: 7 }).map((current) => ({ epoch: 1, revision: current })),
    knownGood: fc.option(fc.integer({ min: 1, max: 7 }).map((known) => ({ epoch: 1, revision: known }))),
    earlier: fc.tuple(...Array.from({ length: revision - 1 }, (_, index) => records(revision - 1 - index))),
    revertsLeft: fc.integer({ min: 0, max: 2 }),
    concluding: fc.boolean(),
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
    expect(given.proofs).toContain(decision.blame);
    expect(decision.blame.verdict).toBe('inconsistent');
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
    if (concluding && judged.state === 'accepted') expect(action).not.toBe('wait');
  });

  promised('says the same when the store read back no further than it had to', (given, decision) => {
    const end = given.earlier.findIndex((record) => endsSearch(record, given.knownGood));
    const read = end < 0 ? given.earlier : given.earlier.slice(0, end + 1);
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
    expect(complaintOf(input({ proofs: [degraded, complaint] }))).toBe(complaint);
    expect(complaintOf(input({ proofs: [degraded] }))).toBe(degraded);
    expect(complaintOf(input({ proofs: consistent }))).toBeUndefined();
  });
});

describe('the target of a revert', () => {
  it('is the newest of known good and the kills, in whatever order they were read', () => {
    const kill = recordWith(3, { kind: 'killed', flagState: 'killed' });
    const earlier = [recordWith(2), good, kill];
    expect(revertTarget({ judged: recordWith(4), knownGood: good.order, earlier })).toBe(kill);
    expect(revertTarget({ judged: recordWith(3), knownGood: good.order, earlier })).toBe(good);
    expect(revertTarget({ judged: recordWith(3), knownGood: null, earlier: [recordWith(2)] })).toBeNull();
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
});
