import type { EvaluationFinding } from '@flaghoist/rules/evaluation-fact';
import { show } from '@flaghoist/rules/pointer';
import { at, type Place, pointerOf } from '@flaghoist/rules/targeting/place';
import type { Branch, Test } from './branches.ts';
import { partsOf } from './branches.ts';
import { contextOf } from './context.ts';
import type { Answer, Context } from './evaluator.ts';
import { findingAt } from './finding.ts';
import { callOf, NOW, type RuleTree } from './rule-tree.ts';
import type { Solver } from './solver.ts';

/** The terms of `and`, `or` and `!` in a condition, itself included, inner ones first. */
export const termsOf = (test: Test, tree: RuleTree): readonly Test[] => {
  const call = callOf(test.condition);
  if (call === null || !['and', 'or', '!', '!!'].includes(call.operator)) return [test];
  const inside = at(test.place, call.operator);
  const inner = call.args.flatMap((condition, index) =>
    termsOf({ ...test, condition, place: tree.placeOf(condition, at(inside, index)) }, tree),
  );
  return [...inner, test];
};

/** Conditions about the time alone have rules of their own, and those about nothing as well. */
const isJudged = (condition: unknown, solver: Solver): boolean =>
  solver.attributesIn(condition).some(({ name }) => name !== NOW);

/** The conditions that are the same for every caller, of each the innermost term. */
export const constantsIn = (
  conditions: readonly Test[],
  tree: RuleTree,
  solver: Solver,
): ReadonlyMap<unknown, EvaluationFinding> => {
  const found = new Map<unknown, EvaluationFinding>();
  for (const condition of conditions) {
    const terms = termsOf(condition, tree);
    for (const term of terms) {
      if (found.has(term.condition) || !isJudged(term.condition, solver)) continue;
      const holds = solver.solve(partsOf({ ...term, wanted: true }, tree));
      const failsToo = solver.solve(partsOf({ ...term, wanted: false }, tree));
      const always = failsToo.found === 'no' && holds.found === 'yes';
      const never = holds.found === 'no' && failsToo.found === 'yes';
      if (!always && !never) continue;
      const assignment =
        always && holds.found === 'yes' ? holds.assignment : failsToo.found === 'yes' ? failsToo.assignment : new Map();
      found.set(
        term.condition,
        findingAt('constant', term.place, assignment, always ? 'holds for every caller' : 'holds for no caller'),
      );
      // What contains it follows from it.
      break;
    }
  }
  return found;
};

/** Of a branch that nobody reaches: what a caller gets who fulfils its own condition. */
const instead = (
  branch: Branch,
  tree: RuleTree,
  solver: Solver,
  ask: (context: Context) => Answer,
): { readonly assignment: ReadonlyMap<string, unknown>; readonly says: string } => {
  const own = branch.tests.filter(({ fallen }) => !fallen).flatMap((test) => partsOf(test, tree));
  const solution = own.length === 0 ? null : solver.solve(own);
  if (solution?.found !== 'yes') return { assignment: new Map(), says: 'is reached by no caller' };
  const answer = ask(contextOf(solution.assignment));
  const gets = 'failure' in answer ? 'an error' : `${show(answer.variant)} from an earlier branch`;
  return {
    assignment: solution.assignment,
    says: `is reached by no caller: whoever fulfils its condition gets ${gets}`,
  };
};

/** The answers that nobody gets, one for each reason. */
export const unreachedIn = (
  branches: readonly Branch[],
  constants: ReadonlyMap<unknown, EvaluationFinding>,
  tree: RuleTree,
  solver: Solver,
  ask: (context: Context) => Answer,
): readonly EvaluationFinding[] => {
  const found = new Map<string, EvaluationFinding>();
  for (const branch of branches) {
    // What follows from a condition that is always the same is said of the condition.
    if (branch.tests.some((test) => termsOf(test, tree).some(({ condition }) => constants.has(condition)))) continue;
    const tests = branch.tests.flatMap((test) => partsOf(test, tree));
    if (!tests.some(({ condition }) => isJudged(condition, solver))) continue;
    const solution = solver.solve(tests);
    if (solution.found !== 'no') continue;
    const last = lastOf(solution.together);
    if (last === null || !isJudged(last.condition, solver)) continue;
    const key = pointerOf(last.place);
    if (found.has(key)) continue;
    const { assignment, says } = instead(branch, tree, solver, ask);
    found.set(key, findingAt('unreached', branch.place, assignment, says));
  }
  return [...found.values()];
};

const lastOf = (tests: readonly Test[]): (Test & { place: Place }) | null => tests.at(-1) ?? null;
