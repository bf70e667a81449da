import { type Examples, nested, withDocument } from '../examples/envelope.ts';
import { isObject, own } from '../plain-object.ts';
import { pointerTo, show } from '../pointer.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';

const isRule: Rule = {
  id: 'FH-TARGET-01',
  title: 'Targeting is a rule',
  rationale: 'flagd evaluates a JsonLogic object. Anything else fails, at the first evaluation and in every service.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-DOC-02'],
  check: ({ document }) => {
    const targeting = document === null ? undefined : own(document, 'targeting');
    if (targeting === undefined || isObject(targeting)) return fine;
    return [
      {
        pointer: '/document/targeting',
        message: `Targeting is ${show(targeting)}; expected an object with one operator.`,
        hint: 'Write a rule such as { "if": [condition, "on", "off"] }, or leave targeting out.',
      },
    ];
  },
};

const shallow: Rule<'policy'> = {
  id: 'FH-TARGET-02',
  title: 'Targeting does not nest too deeply',
  rationale: 'Evaluators recurse. What one service’s stack can bear crashes another that calls it from deeper down.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: ['policy'],
  after: ['FH-LIMIT-01', 'FH-TARGET-01'],
  check: (subject) => {
    const limit = subject.facts.policy.maxTargetingDepth;
    const targeting = subject.document === null ? undefined : own(subject.document, 'targeting');
    const found = tooDeep(targeting, limit, subject.spend.bind(subject));
    if (found === null) return fine;
    return [
      {
        pointer: `/document/targeting${found}`,
        message: `Targeting nests deeper here than ${limit} levels.`,
        hint: 'Split the rule: move conditions into a shared evaluator, or a list of alternatives into one "in".',
      },
    ];
  },
};

/** The pointer of the first value that lies more than `limit` levels down, or `null`. */
const tooDeep = (value: unknown, limit: number, spend: () => void): string | null => {
  if (typeof value !== 'object' || value === null) return null;
  if (limit === 0) return '';
  for (const [key, member] of Object.entries(value)) {
    spend();
    const below = tooDeep(member, limit - 1, spend);
    if (below !== null) return pointerTo(key) + below;
  }
  return null;
};

export const targetingRules: readonly AnyRule[] = [isRule, shallow];

export const targetingExamples = (): Examples => ({
  'FH-TARGET-01': { failing: withDocument({ targeting: 'on' }), passing: withDocument({ targeting: {} }) },
  'FH-TARGET-02': {
    failing: withDocument({ targeting: nested(DEFAULT_POLICY.maxTargetingDepth + 1) }),
    passing: withDocument({ targeting: nested(DEFAULT_POLICY.maxTargetingDepth) }),
  },
});
