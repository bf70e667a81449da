import { type Examples, requiring } from '../examples/envelope.ts';
import { pointerTo, show } from '../pointer.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';

const few: Rule<'policy'> = {
  id: 'FH-PREREQ-01',
  title: 'A flag has few prerequisites',
  rationale: 'Each of them is read at acceptance and evaluated with every evaluation of this flag.',
  severity: 'error',
  appliesTo: ['created', 'updated', 'restored'],
  phase: 'change',
  since: 1,
  needs: ['policy'],
  after: [],
  check: ({ envelope: { prerequisites = [] }, facts: { policy } }) => {
    if (prerequisites.length <= policy.maxPrerequisites) return fine;
    return [
      {
        pointer: '/prerequisites',
        message: `There are ${prerequisites.length} prerequisites; at most ${policy.maxPrerequisites} are allowed.`,
        hint: 'Name only those that this flag cannot work without.',
      },
    ];
  },
};

const usable: Rule<'prerequisites'> = {
  id: 'FH-PREREQ-02',
  title: 'Prerequisites are other flags, and not archived ones',
  rationale: 'A flag that waits for one that does not exist never switches on, and nothing says why.',
  severity: 'error',
  appliesTo: ['created', 'updated', 'restored'],
  phase: 'change',
  since: 1,
  needs: ['prerequisites'],
  after: ['FH-PREREQ-01'],
  check: (subject) => {
    const { prerequisites = [], flagKey } = subject.envelope;
    const known = new Map(subject.facts.prerequisites.map((fact) => [fact.flagKey, fact.flagState]));
    return prerequisites.flatMap((key, index) => {
      subject.spend();
      const state = key === flagKey ? 'this flag itself' : (known.get(key) ?? 'no flag');
      if (state === 'live' || state === 'killed') return [];
      return [
        {
          pointer: pointerTo('prerequisites', index),
          message: `The prerequisite ${show(key)} is ${state}; expected another flag that is not archived.`,
          hint: 'Correct the key, or create that flag first.',
        },
      ];
    });
  },
};

export const prerequisiteRules: readonly AnyRule[] = [few, usable];

export const prerequisiteExamples = (): Examples => ({
  'FH-PREREQ-01': {
    failing: requiring({}, Array(11).fill('ledger.v2')),
    passing: requiring({}, Array(10).fill('ledger.v2')),
  },
  'FH-PREREQ-02': { failing: requiring({}, ['ledger.v3']), passing: requiring({}, ['ledger.v2']) },
});
