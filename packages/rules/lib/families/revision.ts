import { compareOrders, formatOrder } from '@flaghoist/core/order';
import { creation, type Examples, withChange } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';
import { authored } from './kind.ts';

const hint = 'Only the validator numbers and chains revisions; propose the change through hoist.';

const contiguous: Rule<'current'> = {
  id: 'FH-REV-01',
  title: 'Revisions of a flag follow each other without a gap',
  rationale: 'Global tables are last-writer-wins: a gap is the only trace of an accepted change that was overwritten.',
  severity: 'error',
  appliesTo: authored,
  phase: 'standing',
  since: 1,
  needs: ['current'],
  after: [],
  check: ({ envelope, facts: { current } }) => {
    const wanted = (current?.revision ?? 0) + 1;
    if (envelope.revision === wanted && (current === null || compareOrders(envelope, current) > 0)) return fine;
    return [
      {
        pointer: '/revision',
        message: `This is revision ${formatOrder(envelope)}; the one before is ${current === null ? 'none' : formatOrder(current)}.`,
        hint,
      },
    ];
  },
};

const chained: Rule<'current'> = {
  id: 'FH-REV-02',
  title: 'A revision names the digest of the one before it',
  rationale: 'The chain of digests is what an auditor checks: a revision that was slipped in or taken out breaks it.',
  severity: 'error',
  appliesTo: authored,
  phase: 'standing',
  since: 1,
  needs: ['current'],
  after: [],
  check: ({ envelope: { previousEnvelopeDigest }, facts: { current } }) => {
    const wanted = current?.envelopeDigest ?? null;
    if (previousEnvelopeDigest === wanted) return fine;
    return [
      {
        pointer: '/previousEnvelopeDigest',
        message: `It names ${show(previousEnvelopeDigest)}; the revision before has ${show(wanted)}.`,
        hint,
      },
    ];
  },
};

const cause: Rule = {
  id: 'FH-REV-03',
  title: 'A revert names the change it takes back and the revision before it, and only a revert does the former',
  rationale:
    'A repeated attempt to revert recognises its own work by the cause; without it one failure is taken back twice.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: [],
  check: ({ envelope: { kind, change, previousEnvelopeDigest } }) => {
    const isRevert = kind === 'rolled-back';
    if (isRevert === (change.causeId !== undefined) && !(isRevert && previousEnvelopeDigest === null)) return fine;
    return [
      {
        pointer: '/change/causeId',
        message: `The change is ${kind}, its cause ${show(change.causeId)}, the digest before it ${show(previousEnvelopeDigest)}.`,
        hint: 'Only the rollback function writes reverts; to go back by hand, propose the earlier document as updated.',
      },
    ];
  },
};

export const revisionRules: readonly AnyRule[] = [contiguous, chained, cause];

export const revisionExamples = (): Examples => ({
  'FH-REV-01': { failing: { revision: 3 }, passing: { revision: 2, epoch: 2 } },
  'FH-REV-02': { failing: { ...creation, previousEnvelopeDigest: 'b'.repeat(64) }, passing: creation },
  'FH-REV-03': {
    failing: withChange({ causeId: 'change-0001' }),
    passing: { kind: 'rolled-back', ...withChange({ causeId: 'change-0001' }) },
  },
});
