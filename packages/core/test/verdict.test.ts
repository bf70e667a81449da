import * as fc from 'fast-check';
import { digestOf } from '../lib/canonical-json.ts';
import { changeKinds } from '../lib/change.ts';
import type { Held } from '../lib/compare-and-set.ts';
import {
  type CacheObservation,
  judgeService,
  type OfferAnswer,
  type ServiceQuestion,
  type ServiceReason,
  type Verdict,
  worst,
} from '../lib/verdict.ts';

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

const holdingsOf = (revision: number) => ({
  envelopeDigest: `envelope-${revision}`,
  documentDigest: `document-${revision}`,
  audience: '*' as const,
});

const question = (changed: Partial<ServiceQuestion> = {}): ServiceQuestion => ({
  service: 'billing',
  redis: 'redis-1',
  change: { ...holdingsOf(5), order: { epoch: 1, revision: 5 }, kind: 'updated' },
  observation: seen(held(5)),
  logged: true,
  late: true,
  revisionAt: ({ revision }) => (revision <= 7 ? holdingsOf(revision) : undefined),
  mayBeOnItsWay: false,
  ...changed,
});

const unreachable: CacheObservation = { reachable: false };

describe('the verdict table', () => {
  const ahead = seen(held(8));
  const buried = (revision: number) => seen({ ...held(revision), tombstone: true });

  // What the cache shows → before 15 s; after, when nothing was offered (an offer that died).
  it.each<[string, CacheObservation, Verdict, Verdict, ServiceReason]>([
    ['holds this order with this digest', seen(held(5)), 'consistent', 'consistent', 'holds'],
    ['holds a later one', seen(held(6)), 'consistent', 'consistent', 'holds-later'],
    ['holds a later one with another digest', seen(held(6, 'forged')), 'inconsistent', 'inconsistent', 'conflict'],
    ['holds this order with another digest', seen(held(5, 'forged')), 'inconsistent', 'inconsistent', 'conflict'],
    ['is corrupt', seen(held(5), { intact: false }), 'inconsistent', 'inconsistent', 'corrupt'],
    ['is corrupt at a later order', seen(held(6), { intact: false }), 'inconsistent', 'inconsistent', 'corrupt'],
    ['has a tombstone where it must hold the flag', buried(5), 'inconsistent', 'inconsistent', 'wrong-tombstone'],
    ['has a tombstone of a later, live revision', buried(6), 'inconsistent', 'inconsistent', 'wrong-tombstone'],
    ['holds an older one', seen(held(4)), 'unknown', 'unknown', 'older'],
    ['is corrupt at an older order', seen(held(4), { intact: false }), 'unknown', 'unknown', 'older'],
    ['holds nothing', seen(null), 'unknown', 'unknown', 'absent'],
    ['has no manifest', seen(held(5), { hasManifest: false }), 'unknown', 'unknown', 'no-manifest'],
    ['is empty and has no manifest', seen(null, { hasManifest: false }), 'unknown', 'unknown', 'no-manifest'],
    ['is unreachable', unreachable, 'unknown', 'unknown', 'unreachable'],
    ['refuses to be read', { reachable: false, refusal: 'LOADING' }, 'unknown', 'unknown', 'unreachable'],
  ])('a cache that %s', (_what, observation, early, late, reason) => {
    const at = (isLate: boolean) => judgeService(question({ observation, late: isLate }));
    expect(at(false)).toMatchObject({ verdict: early, reason, offered: false });
    expect(at(true)).toMatchObject({ verdict: late, reason, offered: false });
  });

  it('a cache that is ahead of everything is wrong, unless the revision may still be on its way', () => {
    const reasonOf = (changed: Partial<ServiceQuestion>) => judgeService(question({ observation: ahead, ...changed }));
    const unseen = { verdict: 'unknown', reason: 'later-revision-not-known-here' };
    expect(reasonOf({})).toMatchObject({ verdict: 'inconsistent', reason: 'ahead' });
    expect(reasonOf({ observation: buried(8) })).toMatchObject({ verdict: 'inconsistent', reason: 'ahead' });
    expect(reasonOf({ late: false })).toMatchObject(unseen);
    expect(reasonOf({ mayBeOnItsWay: true })).toMatchObject(unseen);
  });

  it('a tombstone is right for who has left the audience, and a live field is not', () => {
    const change = { ...question().change, audience: ['search'] };
    expect(judgeService(question({ change, observation: buried(5) }))).toMatchObject({ verdict: 'consistent' });
    expect(judgeService(question({ change }))).toMatchObject({ verdict: 'inconsistent', reason: 'wrong-tombstone' });
  });

  const lost = seen(null, { hasManifest: false });
  it.each<[string, CacheObservation, OfferAnswer, Verdict, ServiceReason]>([
    ['taken, and seen', seen(held(5)), 'taken', 'consistent', 'mended'],
    ['taken, a later revision', seen(held(6)), 'taken', 'consistent', 'holds-later'],
    ['answered as taken, and still older', seen(held(4)), 'taken', 'inconsistent', 'older'],
    ['answered as taken, and still absent', seen(null), 'taken', 'inconsistent', 'absent'],
    ['answered as taken, and corrupt', seen(held(5), { intact: false }), 'taken', 'inconsistent', 'corrupt'],
    ['refused', seen(held(4)), { refused: 'READONLY' }, 'refusing', 'refused'],
    ['refused, though there is a manifest missing', lost, { refused: 'OOM' }, 'refusing', 'refused'],
    ['refused by who cannot be read', unreachable, { refused: 'LOADING' }, 'refusing', 'refused'],
    ['refused, and brought by its message since', seen(held(5)), { refused: 'READONLY' }, 'consistent', 'holds'],
    ['not answered', seen(held(4)), 'silent', 'unknown', 'no-answer'],
    ['stored without a manifest', seen(held(5), { hasManifest: false }), 'incomplete', 'unknown', 'no-manifest'],
    ['answered as taken, and lost since', lost, 'taken', 'unknown', 'no-manifest'],
    ['taken, and out of reach since', unreachable, 'taken', 'unknown', 'unreachable'],
  ])('offered: %s', (_what, observation, offer, verdict, reason) => {
    expect(judgeService(question({ observation, offer }))).toMatchObject({ verdict, reason, offered: true });
  });

  it('an error is named with a refusal, and with nothing else', () => {
    const observation = seen(held(4));
    expect(judgeService(question({ observation, offer: { refused: 'NOPERM' } })).error).toBe('NOPERM');
    expect(judgeService(question({ observation, offer: 'taken' }))).not.toHaveProperty('error');
  });

  it.each([
    { verdict: 'consistent', sees: seen(held(5)), logged: true, evidence: 'log-and-cache' },
    { verdict: 'consistent', sees: seen(held(5)), logged: false, evidence: 'cache-only' },
    { verdict: 'inconsistent', sees: buried(5), logged: true, evidence: 'log-only' },
    { verdict: 'inconsistent', sees: buried(5), logged: false, evidence: 'none' },
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
      }),
    );
  });
});

describe('after a revert (rule 14)', () => {
  const reverted = { ...question().change, kind: 'rolled-back' as const, documentDigest: 'document-3' };
  const asked = (changed: Partial<ServiceQuestion>) =>
    judgeService(question({ change: reverted, offer: 'taken', ...changed }));

  it('a cache that the reverted change never reached counts as holding it', () => {
    expect(asked({ observation: seen(held(3)) })).toMatchObject({
      verdict: 'consistent',
      reason: 'holds-equal-document',
    });
  });

  it('nor when it holds another document, is corrupt or has no manifest', () => {
    expect(asked({ observation: seen(held(4)) }).verdict).toBe('inconsistent');
    expect(asked({ observation: seen(held(3), { intact: false }) }).verdict).toBe('inconsistent');
    expect(asked({ observation: seen(held(3), { hasManifest: false }) }).verdict).toBe('unknown');
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
  const verdicts = fc.constantFrom<Verdict>('consistent', 'unknown', 'refusing', 'inconsistent');

  it('is inconsistent > refusing > unknown > consistent', () => {
    expect(worst(['consistent', 'unknown'])).toBe('unknown');
    expect(worst(['refusing', 'unknown'])).toBe('refusing');
    expect(worst(['refusing', 'inconsistent'])).toBe('inconsistent');
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
