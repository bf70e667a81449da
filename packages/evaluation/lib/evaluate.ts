import { isObject, own } from '@flaghoist/core/json';
import { type EvaluationFact, MAX_FINDINGS } from '@flaghoist/rules/evaluation-fact';
import { at } from '@flaghoist/rules/targeting/place';
import { absencesIn } from './absence.ts';
import { attributesOf } from './attributes.ts';
import { type Branch, branchesOf, partsOf, type Test } from './branches.ts';
import { callersFor } from './callers.ts';
import { contextOf } from './context.ts';
import { type Answer, type Context, EVALUATOR, evaluatorOf } from './evaluator.ts';
import { type Asked, failuresIn } from './failures.ts';
import { findingAt } from './finding.ts';
import { constantsIn, termsOf, unreachedIn } from './reachability.ts';
import { MAX_CHARACTERS, MAX_OPERATIONS, type RuleTree, treeOf } from './rule-tree.ts';
import { Solver } from './solver.ts';

/** What a proposal says of a flag, as far as it decides what callers get. */
export interface Proposed {
  readonly flagKey: string;
  readonly document: Readonly<Record<string, unknown>> | null | undefined;
  readonly offVariant: string | null;
  /** What an import kept of the flag's file. */
  readonly source?: unknown;
}

/** Rules that are larger are only asked, not searched: what they are refused for is their size. */
const MAX_BRANCHES = 400;

const nothing = (contexts: number): EvaluationFact => ({ evaluator: EVALUATOR, contexts, findings: [] });

const tooLarge = findingAt(
  'failure',
  at(at(null, 'document'), 'targeting'),
  new Map(),
  `it was not asked, because with its shared evaluators written out the rule has more than ${MAX_OPERATIONS} operations, or more than ${MAX_CHARACTERS} characters`,
);

/**
 * What flagd's evaluator answers to callers that the conditions of a flag tell apart, and what is wrong with that. The same
 * flag gets the same findings on every machine, at any time: no clock, no chance. Never throws; a document that is too
 * broken to be evaluated is the business of other rules, and has no findings.
 */
export const evaluate = (proposed: Proposed): EvaluationFact => {
  try {
    return evaluated(proposed);
  } catch {
    return nothing(0);
  }
};

const evaluated = ({ flagKey, document, offVariant, source }: Proposed): EvaluationFact => {
  if (!isObject(document)) return nothing(0);
  const [targeting, variants, defaultVariant] = ['targeting', 'variants', 'defaultVariant'].map((name) =>
    own(document, name),
  );
  if (!isObject(variants) || !isObject(targeting) || Object.keys(targeting).length === 0) return nothing(0);
  const evaluators = isObject(source) ? own(source, '$evaluators') : undefined;
  const tree = treeOf(targeting, isObject(evaluators) ? evaluators : {});
  if (tree === null) return { ...nothing(0), findings: [tooLarge] };
  const ask = evaluatorOf(flagKey, { state: 'ENABLED', variants, defaultVariant, targeting: tree.rule });
  const attributes = attributesOf(tree.rule);
  const branches = branchesOf(tree);
  const { witnesses, findings } =
    branches.length > MAX_BRANCHES
      ? unsearched
      : search(branches, tree, attributes, {
          ask,
          offVariant,
          defaultVariant: typeof defaultVariant === 'string' ? defaultVariant : null,
        });
  const asked: readonly Asked[] = callersFor(attributes, witnesses).map((assignment) => ({
    assignment,
    answer: ask(contextOf(assignment)),
  }));
  const all = [...failuresIn(asked, tree), ...findings];
  return { evaluator: EVALUATOR, contexts: asked.length, findings: all.slice(0, MAX_FINDINGS) };
};

const unsearched = { witnesses: [], findings: [] } as const;

interface Answers {
  readonly ask: (context: Context) => Answer;
  readonly offVariant: string | null;
  readonly defaultVariant: string | null;
}

const search = (
  branches: readonly Branch[],
  tree: RuleTree,
  attributes: ReturnType<typeof attributesOf>,
  answers: Answers,
) => {
  const tests = distinct(branches.flatMap((branch) => branch.tests));
  const terms = tests.flatMap((test) => [...termsOf(test, tree), ...partsOf(test, tree)]);
  const solver = new Solver(
    attributes,
    terms.map(({ condition }) => condition),
  );
  const constants = constantsIn(tests, tree, solver);
  const witnesses = branches.flatMap((branch) => {
    const solution = solver.solve(branch.tests.flatMap((test) => partsOf(test, tree)));
    return solution.found === 'yes' ? [solution.assignment] : [];
  });
  return {
    witnesses,
    findings: [
      ...constants.values(),
      ...unreachedIn(branches, constants, tree, solver, answers.ask),
      ...absencesIn(branches, { ...answers, tree, solver }),
    ],
  };
};

/** Each condition once, whichever branches it leads to. */
const distinct = (tests: readonly Test[]): readonly Test[] => [
  ...new Map(tests.map((test) => [test.condition, test])).values(),
];
