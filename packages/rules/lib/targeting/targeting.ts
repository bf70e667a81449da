import { isObject, own } from '@flaghoist/core/json';
import { type Misshapen, type Operation, OperationWalk } from './operations.ts';
import { at, type Place } from './place.ts';
import { type Evaluators, type Result, ResultWalk } from './results.ts';

/** What rules ask about targeting: seen in two walks, made once for all rules, when the first one asks. */
export interface Targeting {
  /** All of targeting and of the shared evaluators that it refers to, outer ones first. */
  readonly operations: readonly Operation[];
  readonly misshapen: readonly Misshapen[];
  /** How deep objects and arrays nest, and where. */
  readonly depth: number;
  readonly deepest: Place | null;
  /** All that it may answer with, one by one. Empty without targeting. */
  readonly results: readonly Result[];
  /** The shared evaluators of the file that the flag was imported from. */
  readonly evaluators: Evaluators;
  /** Those that it refers to and that exist, in the order in which they are met. */
  readonly usedEvaluators: readonly string[];
}

const none: Evaluators = {};
const evaluatorsAt = at(at(null, 'source'), '$evaluators');
const targetingAt = at(at(null, 'document'), 'targeting');

const NO_TARGETING: Targeting = {
  operations: [],
  misshapen: [],
  depth: 0,
  deepest: null,
  results: [],
  evaluators: none,
  usedEvaluators: [],
};

export const placeOfEvaluator = (name: string): Place => at(evaluatorsAt, name);

const evaluatorsOf = (source: unknown): Evaluators => {
  const found = isObject(source) ? own(source, '$evaluators') : undefined;
  return isObject(found) ? found : none;
};

/** The rule of a document, or nothing: no targeting and an empty one mean the same. */
const ruleOf = (document: unknown): Readonly<Record<string, unknown>> | undefined => {
  const targeting = isObject(document) ? own(document, 'targeting') : undefined;
  return isObject(targeting) && Object.keys(targeting).length > 0 ? targeting : undefined;
};

/** @param source what an import kept of its file */
export const targetingOf = (document: unknown, source: unknown): Targeting => {
  const rule = ruleOf(document);
  if (rule === undefined) return NO_TARGETING;
  const evaluators = evaluatorsOf(source);
  const walk = new OperationWalk();
  walk.visit(rule, targetingAt, 1, 0);
  const usedEvaluators = visitEvaluators(walk, evaluators);
  const answers = new ResultWalk(evaluators, evaluatorsAt);
  answers.visit(rule, targetingAt);
  const { operations, misshapen, depth, deepest } = walk;
  return { operations, misshapen, depth, deepest, results: answers.results, evaluators, usedEvaluators };
};

/** Each once, however often it is referred to; those that evaluators refer to as well. */
const visitEvaluators = (walk: OperationWalk, evaluators: Evaluators): readonly string[] => {
  if (evaluators === none) return [];
  const used = new Set<string>();
  // The list grows while it is walked.
  for (const { operator, operand } of walk.operations) {
    if (operator !== '$ref' || typeof operand !== 'string' || used.has(operand)) continue;
    if (!Object.hasOwn(evaluators, operand)) continue;
    used.add(operand);
    walk.visit(evaluators[operand], at(evaluatorsAt, operand), 1, 0);
  }
  return [...used];
};
