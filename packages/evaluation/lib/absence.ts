import type { EvaluationFinding } from '@flaghoist/rules/evaluation-fact';
import { show } from '@flaghoist/rules/pointer';
import { at, pointerOf } from '@flaghoist/rules/targeting/place';
import { type LeftOut, membersLeftOut } from './absence-in-lists.ts';
import type { Attribute } from './attributes.ts';
import { type Branch, partsOf, type Test } from './branches.ts';
import { type Care, careFor } from './care.ts';
import { ABSENT, type Assignment, contextOf } from './context.ts';
import { type Answer, type Context, conditionsOf } from './evaluator.ts';
import { findingAt } from './finding.ts';
import { callOf, NOW, type RuleTree } from './rule-tree.ts';
import type { Solver } from './solver.ts';

export interface Situation {
  readonly tree: RuleTree;
  readonly solver: Solver;
  readonly ask: (context: Context) => Answer;
  /** The variant that is safe to serve to everybody, and what a rule without an answer serves. */
  readonly offVariant: string | null;
  readonly defaultVariant: string | null;
}

const variantOf = (answer: Answer): string | null => ('failure' in answer ? null : answer.variant);

/** Callers that are looked at for one to whom the attribute makes a difference. */
const MAX_LOOKED_AT = 64;

/** The same caller with a value of the attribute with which the test fails. */
const withValue = (test: Test, attribute: Attribute, without: Assignment, solver: Solver): Assignment | null => {
  for (const value of attribute.values) {
    if (value === ABSENT || value === null) continue;
    const sent = new Map(without).set(attribute.name, value);
    if (solver.truth(test.condition, sent) === !test.wanted) return sent;
  }
  return null;
};

/** The conditions that let a caller through because something is left out: first those that let in, then those that keep out. */
export const absencesIn = (branches: readonly Branch[], situation: Situation): readonly EvaluationFinding[] => {
  const found = new Map<string, EvaluationFinding>();
  const off = situation.offVariant ?? situation.defaultVariant;
  situation.solver.renew();
  const shown = branches.flatMap(({ answer: written, tests: unsplit, drawn }) => {
    const answer = written === null ? situation.defaultVariant : written;
    if (answer === undefined || answer === null || answer === off) return [];
    const tests = unsplit.flatMap((test) => partsOf(test, situation.tree));
    return [{ tests, within: { ...situation, answer, off, drawn } }];
  });
  for (const fallen of [false, true])
    for (const { tests, within } of shown)
      for (const test of tests) if (test.fallen === fallen) absencesOf(test, tests, within, found);
  return [...found.values()];
};

const absencesOf = (
  test: Test,
  tests: readonly Test[],
  within: Within,
  found: Map<string, EvaluationFinding>,
): void => {
  const add = (name: string, finding: EvaluationFinding | null): void => {
    const key = `${pointerOf(test.place)} ${name}`;
    if (finding !== null && !found.has(key)) found.set(key, finding);
  };
  for (const attribute of within.solver.attributesIn(test.condition)) {
    if (attribute.name === NOW) continue;
    add(attribute.name, letThrough(test, attribute, tests, within));
    for (const leftOut of membersLeftOut(test, attribute))
      add(`${attribute.name} ${leftOut.member}`, letThroughInList(test, leftOut, tests, within));
  }
};

interface Within extends Situation {
  readonly answer: string;
  readonly off: string | null;
  readonly drawn: boolean;
}

/** Of several ways through a test: to whom the attribute makes a difference, only one that asks for it is open. */
const waysThrough = (test: Test, name: string, { tree, solver }: Situation): readonly Test[] => {
  const call = callOf(test.condition);
  if (call?.operator !== (test.wanted ? 'or' : 'and')) return [];
  const inside = at(test.place, call.operator);
  const ways = call.args.map((condition, index) => ({
    condition,
    place: tree.placeOf(condition, at(inside, index)),
    asks: solver.attributesIn(condition).some((attribute) => attribute.name === name),
  }));
  const several = ways.filter(({ asks }) => asks).length > 1;
  return ways.flatMap(({ condition, place, asks }) =>
    asks && several ? [] : partsOf({ ...test, condition, place, wanted: asks === test.wanted }, tree),
  );
};

const letThrough = (
  test: Test,
  attribute: Attribute,
  tests: readonly Test[],
  situation: Within,
): EvaluationFinding | null => {
  const care = careFor(attribute.name, test.condition);
  if (care === 'answered') return null;
  const { solver } = situation;
  let looks = MAX_LOOKED_AT;
  // Of two alternatives, the one that holds anyway says nothing about the other.
  const asked = [...tests, ...waysThrough(test, attribute.name, situation)];
  const solution = solver.solve(asked, new Map([[attribute.name, [ABSENT]]]), {
    by: test,
    with: (assignment) => --looks < 0 || withValue(test, attribute, assignment, solver) !== null,
  });
  if (solution.found !== 'yes') return null;
  const sent = withValue(test, attribute, solution.assignment, solver);
  const who = `a caller who sends no ${show(attribute.name)}`;
  return sent === null ? null : told({ who, care, test, without: solution.assignment, sent }, situation);
};

/** What is wrong with two callers getting what they get, of whom one leaves something out. */
const told = (
  {
    who,
    care,
    test,
    without,
    sent,
  }: {
    readonly who: string;
    readonly care: Care;
    readonly test: Test;
    readonly without: Assignment;
    readonly sent: Assignment;
  },
  { ask, answer, off, drawn }: Within,
): EvaluationFinding | null => {
  if (!drawn && variantOf(ask(contextOf(without))) !== answer) return null;
  const others = variantOf(ask(contextOf(sent)));
  if (others === null || others === answer) return null;
  // Falling past a branch lets somebody through only where that branch keeps people out.
  if (test.fallen && others !== off) return null;
  const kind = test.fallen || care === 'mentioned' ? 'admits' : 'opens';
  const says = `${who} gets ${show(answer)}, others get ${show(others)}`;
  return findingAt(kind, test.place, without, says);
};

const letThroughInList = (
  test: Test,
  { list, member, condition, pairs }: LeftOut,
  tests: readonly Test[],
  situation: Within,
): EvaluationFinding | null => {
  const stated = careFor(member, condition);
  if (stated === 'answered' || pairs.length === 0) return null;
  const { solver } = situation;
  const holds = conditionsOf([condition]);
  for (const [without, whole] of pairs) {
    // It is none of those who are kept out, as of whom a list that is written down says nothing.
    const care = holds(0, without) === true ? stated : 'mentioned';
    const sent = (assignment: Assignment): Assignment => new Map(assignment).set(list, whole);
    const solution = solver.solve(tests, new Map([[list, [[without]]]]), {
      by: test,
      with: (assignment) => solver.truth(test.condition, sent(assignment)) === !test.wanted,
    });
    if (solution.found !== 'yes') continue;
    const who = `a caller one of whose ${show(list)} has no ${show(member)}`;
    const finding = told({ who, care, test, without: solution.assignment, sent: sent(solution.assignment) }, situation);
    if (finding !== null) return finding;
  }
  return null;
};
