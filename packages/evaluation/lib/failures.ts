import type { EvaluationFinding } from '@flaghoist/rules/evaluation-fact';
import { at, type Place } from '@flaghoist/rules/targeting/place';
import { type Assignment, contextOf } from './context.ts';
import { type Answer, evaluatorOf } from './evaluator.ts';
import { findingAt } from './finding.ts';
import { callOf, type RuleTree } from './rule-tree.ts';

/** Kinds of failure that are told of one flag. */
const MAX_FAILURES = 3;

const fails = (node: unknown, assignment: Assignment): boolean => {
  try {
    const variants = { true: 1, false: 0 };
    const ask = evaluatorOf('part', { state: 'ENABLED', variants, targeting: { if: [node, 'true', 'false'] } });
    return 'failure' in ask(contextOf(assignment));
  } catch {
    return true;
  }
};

/** The innermost operation that fails for this caller. */
const culprit = (tree: RuleTree, assignment: Assignment): Place => {
  const root = at(at(null, 'document'), 'targeting');
  const search = (node: unknown, otherwise: Place): Place | null => {
    const call = callOf(node);
    if (call === null || call.operator === 'var' || !fails(node, assignment)) return null;
    const place = tree.placeOf(node, otherwise);
    const inside = at(place, call.operator);
    for (const [index, arg] of call.args.entries()) {
      const deeper = search(arg, at(inside, index));
      if (deeper !== null) return deeper;
    }
    return place;
  };
  return search(tree.rule, root) ?? root;
};

export interface Asked {
  readonly assignment: Assignment;
  readonly answer: Answer;
}

/** What each caller for whom the evaluator fails would see, of each place that fails one. */
export const failuresIn = (asked: readonly Asked[], tree: RuleTree): readonly EvaluationFinding[] => {
  const failed = asked.filter(({ answer }) => 'failure' in answer);
  const simplest = failed.toSorted((a, b) => sizeOf(a) - sizeOf(b));
  const found = new Map<string, EvaluationFinding>();
  for (const { assignment, answer } of simplest.slice(0, 4 * MAX_FAILURES)) {
    if (!('failure' in answer) || found.size === MAX_FAILURES) continue;
    const everybody = failed.length === asked.length ? ' for every caller that was tried' : '';
    const says = `${answer.failure}${everybody}`;
    const finding = findingAt('failure', culprit(tree, assignment), assignment, says);
    if (!found.has(finding.pointer)) found.set(finding.pointer, finding);
  }
  return [...found.values()];
};

const sizeOf = ({ assignment }: Asked): number => JSON.stringify(contextOf(assignment)).length;
