import { type Examples, type Patch, withChange } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';

const actor: Rule = {
  id: 'FH-RECORD-01',
  title: 'A change names who made it',
  rationale: 'SOX and PCI DSS 10.2 ask for the person behind each change to production.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'change',
  since: 1,
  needs: [],
  after: [],
  check: ({ envelope: { change } }) =>
    change.actor.trim() === ''
      ? [
          {
            pointer: '/change/actor',
            message: `The actor is ${show(change.actor)}; expected a name.`,
            hint: 'Sign in, so that the change carries your name.',
          },
        ]
      : fine,
};

const reason: Rule = {
  id: 'FH-RECORD-02',
  title: 'A change says why',
  rationale: 'Whoever is called at night reads this line first.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'change',
  since: 1,
  needs: [],
  after: [],
  check: ({ envelope: { change } }) =>
    change.reason.trim() === ''
      ? [
          {
            pointer: '/change/reason',
            message: `The reason is ${show(change.reason)}; expected a sentence.`,
            hint: 'Say in a sentence what the change is for.',
          },
        ]
      : fine,
};

const clock: Rule<'policy'> = {
  id: 'FH-RECORD-03',
  title: 'A change was proposed shortly before it was accepted',
  rationale:
    'A wrong clock makes an audit trail worthless, and a proposal from last week was approved for another situation.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'change',
  since: 1,
  needs: ['policy'],
  after: [],
  check: ({ envelope: { at }, facts: { policy } }) => {
    const ageSeconds = (at.accepted - at.proposed) / 1000;
    if (ageSeconds >= -policy.maxClockSkewSeconds && ageSeconds <= policy.maxProposalAgeSeconds) return fine;
    return [
      {
        pointer: '/at/proposed',
        message: `It was proposed ${ageSeconds} s before acceptance; expected from ${-policy.maxClockSkewSeconds} to ${policy.maxProposalAgeSeconds} s.`,
        hint: 'Set the clock of the machine you propose from, and propose again.',
      },
    ];
  },
};

export const recordRules: readonly AnyRule[] = [actor, reason, clock];

const proposedAt = (proposed: number): Patch => ({ at: { proposed, accepted: 1_760_000_000_000 } });

export const recordExamples = (): Examples => ({
  'FH-RECORD-01': { failing: withChange({ actor: ' ' }), passing: withChange({ actor: 'm' }) },
  'FH-RECORD-02': { failing: withChange({ reason: '\n' }), passing: withChange({ reason: 'Why not.' }) },
  'FH-RECORD-03': { failing: proposedAt(1_760_000_301_000), passing: proposedAt(1_760_000_300_000) },
});
