import type { EvaluationFact, EvaluationFinding } from '../evaluation-fact.ts';
import { type Examples, type Patch, withFacts } from '../examples/envelope.ts';
import { type AnyRule, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { asking, country, readable } from './targeting.ts';

/** What cannot be evaluated at all, or answers what is no variant, has rules that say so at every hop. */
const evaluable = [
  ...readable,
  'FH-VARIANT-01',
  'FH-TARGET-03',
  'FH-TARGET-04',
  'FH-TARGET-05',
  'FH-TARGET-14',
  'FH-TARGET-15',
  'FH-ROLLOUT-01',
  'FH-ROLLOUT-02',
  'FH-PREREQ-10',
  'FH-PREREQ-11',
  'FH-PREREQ-12',
];

/** A check of what the evaluator was asked, in home. Where it was not asked, nothing is said. */
const evaluated =
  (kinds: readonly EvaluationFinding['kind'][], tell: (finding: EvaluationFinding) => string, hint: string) =>
  ({ facts: { evaluation } }: Subject<'evaluation'>): readonly Finding[] => {
    if (evaluation === null) return fine;
    return evaluation.findings
      .filter(({ kind }) => kinds.includes(kind))
      .map((finding) => ({ pointer: finding.pointer, message: tell(finding), hint }));
  };

/** What flagd’s own evaluator answers to callers that the conditions tell apart. */
export const changeRules: readonly AnyRule[] = [
  onChange<'evaluation'>({
    id: 'FH-TARGET-25',
    title: 'Every caller gets an answer from flagd',
    rationale:
      'Where flagd fails, each service serves its own default, and the dashboard says that all of them hold the flag.',
    since: 2,
    needs: ['evaluation'],
    after: evaluable,
    about: 'targeting',
    check: evaluated(
      ['failure'],
      ({ context, says }) => `flagd fails for the caller ${context}: ${says}.`,
      'Compare values of one type, a text by "in" with a list, and guard what may be left out: { "!!": [attribute] }.',
    ),
  }),
  onChange<'evaluation'>({
    id: 'FH-TARGET-26',
    title: 'Every condition can hold and can fail, and somebody reaches every answer',
    rationale:
      'Of ">= 100" before ">= 1000" the second is never asked: the gold card is sold, and everybody gets silver.',
    since: 2,
    needs: ['evaluation'],
    after: evaluable,
    about: 'targeting',
    check: evaluated(
      ['constant', 'unreached'],
      ({ kind, context, says }) =>
        kind === 'constant'
          ? `The condition ${says}, such as ${context}.`
          : `This answer ${says}; the caller ${context}.`,
      'Correct the bounds, put the narrower condition first, or remove what nobody reaches.',
    ),
  }),
  onChange<'evaluation'>({
    id: 'FH-TARGET-27',
    title: 'No condition holds because an attribute is left out',
    rationale:
      'What is absent is in no list and counts as 0: a sanctions check let everybody through whose country was not sent.',
    since: 2,
    needs: ['evaluation'],
    after: evaluable,
    about: 'targeting',
    check: evaluated(
      ['opens'],
      ({ context, says }) => `The condition holds for the caller ${context}: ${says}.`,
      'Ask for the attribute as well: { "and": [{ "!!": [attribute] }, condition] }, or name its default in "var".',
    ),
  }),
  onChange<'evaluation'>({
    id: 'FH-TARGET-28',
    title: 'Who leaves an attribute out is not let past those who are kept out',
    rationale: 'A list of those who get nothing lets everybody else through, and also those of whom nothing is known.',
    severity: 'warning',
    since: 2,
    needs: ['evaluation'],
    after: evaluable,
    about: 'targeting',
    check: evaluated(
      ['admits'],
      ({ context, says }) => `The caller ${context} is let through: ${says}.`,
      'Decide for those of whom nothing is known: { "if": [{ "!": [attribute] }, "off", …] }, or list who is let in.',
    ),
  }),
];

const evaluatedTo = (kind: EvaluationFinding['kind'], context: string, says: string): EvaluationFact => ({
  evaluator: '@openfeature/flagd-core 4.0.1',
  contexts: 5,
  findings: [{ kind, pointer: '/document/targeting/if/0', context, says }],
});

const example = (condition: unknown, evaluation: EvaluationFact | null): Patch => ({
  ...asking(condition),
  ...withFacts({ evaluation }),
});

const passed: EvaluationFact = { evaluator: '@openfeature/flagd-core 4.0.1', contexts: 5, findings: [] };
const age = { var: 'age' };
const adult = { and: [{ '!!': [age] }, { '<': [age, 18] }] };

export const examples = (): Examples => ({
  'FH-TARGET-25': {
    failing: example(
      { '==': [country, ['DE']] },
      evaluatedTo('failure', '{}', "Error evaluating targeting rule for flag 'checkout.new-payment-form'"),
    ),
    passing: example({ in: [country, ['DE']] }, passed),
  },
  'FH-TARGET-26': {
    failing: example(
      { or: [{ '!=': [age, 1] }, { '!=': [age, 2] }] },
      evaluatedTo('constant', '{"age":1}', 'holds for every caller'),
    ),
    passing: example({ and: [{ '!=': [age, 1] }, { '!=': [age, 2] }, { '!!': [age] }] }, passed),
  },
  'FH-TARGET-27': {
    failing: example(
      { '<': [age, 18] },
      evaluatedTo('opens', '{}', 'a caller who sends no "age" gets "on", others get "off"'),
    ),
    passing: example(adult, passed),
  },
  'FH-TARGET-28': {
    failing: example(
      { '!': [{ var: 'blocked' }] },
      evaluatedTo('admits', '{}', 'a caller who sends no "blocked" gets "on", others get "off"'),
    ),
    passing: example({ '===': [{ var: 'blocked' }, false] }, passed),
  },
});
