import * as fc from 'fast-check';
import { digestOf } from '../lib/canonical-json.ts';
import { changeKinds } from '../lib/change.ts';
import type { Held } from '../lib/compare-and-set.ts';
import { type CacheObservation, judgeService, type ServiceQuestion, type Verdict, worst } from '../lib/verdict.ts';

const held = (revision: number, digest = `envelope-${revision}`): Held => ({
  order: { epoch: 1, revision },
  digest,
  documentDigest: `document-${revision}`,
  tombstone: false,
});

const seen = (
  has: Held | null,
  changed: Partial<Extract<CacheObservation, { reachable: true }>> = {},
): CacheObservation => ({
  reachable: true,
  hasManifest: true,
  held: has,
  intact: true,
  ...changed,
});

const question = (changed: Partial<ServiceQuestion> = {}): ServiceQuestion => ({
  service: 'billing',
  change: {
    order: { epoch: 1, revision: 5 },
    envelopeDigest: 'envelope-5',
    documentDigest: 'document-5',
    kind: 'updated',
    audience: '*',
  },
  observation: seen(held(5)),
  logged: true,
  late: true,
  digestOfRevision: ({ revision }) => (revision <= 7 ? `envelope-${revision}` : undefined),
  queueEmpty: true,
  ...changed,
});

const unreachable: CacheObservation = { reachable: false };

describe('the verdict table', () => {
  it.each([
    // what the cache shows → before 15 s, after
    {
      cache: 'holds this order with this digest',
      sees: seen(held(5)),
      early: 'consistent',
      late: 'consistent',
      reason: 'holds',
    },
    { cache: 'holds a later one', sees: seen(held(6)), early: 'consistent', late: 'consistent', reason: 'holds-later' },
    {
      cache: 'holds a later one with another digest',
      sees: seen(held(6, 'forged')),
      early: 'unknown',
      late: 'inconsistent',
      reason: 'conflict',
    },
    {
      cache: 'holds a later one that this region has not seen',
      sees: seen(held(8)),
      early: 'unknown',
      late: 'unknown',
      reason: 'later-revision-not-known-here',
    },
    { cache: 'holds an older one', sees: seen(held(4)), early: 'unknown', late: 'inconsistent', reason: 'older' },
    { cache: 'holds nothing', sees: seen(null), early: 'unknown', late: 'inconsistent', reason: 'absent' },
    {
      cache: 'holds this order with another digest',
      sees: seen(held(5, 'forged')),
      early: 'unknown',
      late: 'inconsistent',
      reason: 'conflict',
    },
    {
      cache: 'is corrupt',
      sees: seen(held(5), { intact: false }),
      early: 'unknown',
      late: 'inconsistent',
      reason: 'corrupt',
    },
    {
      cache: 'is corrupt at a later order',
      sees: seen(held(6), { intact: false }),
      early: 'unknown',
      late: 'inconsistent',
      reason: 'corrupt',
    },
    {
      cache: 'has no manifest',
      sees: seen(held(5), { hasManifest: false }),
      early: 'unknown',
      late: 'inconsistent',
      reason: 'no-manifest',
    },
    {
      cache: 'is empty and has no manifest',
      sees: seen(null, { hasManifest: false }),
      early: 'unknown',
      late: 'inconsistent',
      reason: 'no-manifest',
    },
    { cache: 'is unreachable', sees: unreachable, early: 'unknown', late: 'unknown', reason: 'unreachable' },
  ])('a cache that $cache: $early, after 15 s $late', ({ sees, early, late, reason }) => {
    const at = (isLate: boolean) => judgeService(question({ observation: sees, late: isLate }));
    expect(at(false)).toMatchObject({ verdict: early, reason });
    expect(at(true)).toMatchObject({ verdict: late, reason });
  });

  it.each([
    { verdict: 'consistent', sees: seen(held(5)), logged: true, evidence: 'log-and-cache' },
    { verdict: 'consistent', sees: seen(held(5)), logged: false, evidence: 'cache-only' },
    { verdict: 'inconsistent', sees: seen(held(4)), logged: true, evidence: 'log-only' },
    { verdict: 'inconsistent', sees: seen(held(4)), logged: false, evidence: 'none' },
    { verdict: 'unknown', sees: unreachable, logged: true, evidence: 'log-only' },
  ])('$verdict with a line in the log ($logged) is $evidence', ({ verdict, sees, logged, evidence }) => {
    expect(judgeService(question({ observation: sees, logged }))).toMatchObject({
      service: 'billing',
      verdict,
      evidence,
    });
  });

  it('never lets the log decide', () => {
    const observations = fc.oneof(
      fc.constant(unreachable),
      fc
        .record({ held: fc.option(fc.integer({ min: 3, max: 8 })), intact: fc.boolean(), hasManifest: fc.boolean() })
        .map(({ held: revision, ...rest }) => seen(revision === null ? null : held(revision), rest)),
    );
    fc.assert(
      fc.property(observations, fc.boolean(), fc.constantFrom(...changeKinds), (observation, late, kind) => {
        const asked = question({ observation, late, change: { ...question().change, kind } });
        const [logged, silent] = [true, false].map((line) => judgeService({ ...asked, logged: line }).verdict);
        expect(logged).toBe(silent);
        if (!late) expect(logged).not.toBe('inconsistent');
      }),
    );
  });
});

describe('after a revert (rule 14)', () => {
  const reverted = { ...question().change, kind: 'rolled-back' as const, documentDigest: 'document-3' };
  const asked = (changed: Partial<ServiceQuestion>) => judgeService(question({ change: reverted, ...changed }));

  it('a cache that the reverted change never reached counts as holding it', () => {
    expect(asked({ observation: seen(held(3)) })).toMatchObject({
      verdict: 'consistent',
      reason: 'holds-equal-document',
    });
  });

  it('but not while an older message is on its way to it', () => {
    expect(asked({ observation: seen(held(3)), queueEmpty: false })).toMatchObject({
      verdict: 'inconsistent',
      reason: 'older',
    });
  });

  it('nor when it holds another document, is corrupt or has no manifest', () => {
    expect(asked({ observation: seen(held(4)) }).verdict).toBe('inconsistent');
    expect(asked({ observation: seen(held(3), { intact: false }) }).verdict).toBe('inconsistent');
    expect(asked({ observation: seen(held(3), { hasManifest: false }) }).verdict).toBe('inconsistent');
  });

  it('nor for any other kind of change', () => {
    for (const kind of changeKinds.filter((each) => each !== 'rolled-back')) {
      expect(asked({ change: { ...reverted, kind }, observation: seen(held(3)) }).verdict).toBe('inconsistent');
    }
  });

  it('nor by the goodbye that came with the same document', () => {
    const goodbye = { ...held(3), tombstone: true };
    expect(asked({ observation: seen(goodbye) }).verdict).toBe('inconsistent');
  });

  it('nor by the document, for a service that is to be told goodbye', () => {
    const narrowed = { ...reverted, audience: ['search'] };
    expect(asked({ change: narrowed, observation: seen(held(3)) }).verdict).toBe('inconsistent');
    const goodbye = { ...held(2), tombstone: true };
    expect(asked({ change: narrowed, observation: seen(goodbye) }).reason).toBe('holds-equal-document');
  });

  it('and any tombstone will do when there is no flag any more', () => {
    const gone = { ...reverted, documentDigest: digestOf(null) };
    expect(asked({ change: gone, observation: seen({ ...held(2), tombstone: true }) }).verdict).toBe('consistent');
    expect(asked({ change: gone, observation: seen(held(2)) }).verdict).toBe('inconsistent');
  });
});

describe('the algebra of verdicts', () => {
  const verdicts = fc.constantFrom<Verdict>('consistent', 'unknown', 'inconsistent');

  it('is inconsistent > unknown > consistent', () => {
    expect(worst(['consistent', 'unknown'])).toBe('unknown');
    expect(worst(['unknown', 'inconsistent', 'consistent'])).toBe('inconsistent');
    expect(worst([])).toBe('consistent');
  });

  it('is associative, commutative and idempotent, with consistent as its neutral element', () => {
    fc.assert(
      fc.property(verdicts, verdicts, verdicts, (a, b, c) => {
        expect(worst([worst([a, b]), c])).toBe(worst([a, worst([b, c])]));
        expect(worst([a, b])).toBe(worst([b, a]));
        expect(worst([a, a])).toBe(a);
        expect(worst([a, 'consistent'])).toBe(a);
        expect([a, b, c]).toContain(worst([a, b, c]));
      }),
    );
  });
});
