import type { Examples } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';

const owner: Rule = {
  id: 'FH-LIFE-01',
  title: 'A flag has an owner',
  rationale: 'Somebody must answer at night when it does harm, and by day when it should have been removed.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'change',
  since: 1,
  needs: [],
  after: [],
  check: ({ envelope }) =>
    envelope.owner.trim() === ''
      ? [
          {
            pointer: '/owner',
            message: `The owner is ${show(envelope.owner)}; expected a team.`,
            hint: 'Name the team that owns the flag.',
          },
        ]
      : fine,
};

export const lifecycleRules: readonly AnyRule[] = [owner];

export const lifecycleExamples = (): Examples => ({
  'FH-LIFE-01': { failing: { owner: ' ' }, passing: { owner: 'p' } },
});
