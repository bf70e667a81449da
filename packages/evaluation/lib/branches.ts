import { truthTelling } from '@flaghoist/rules/targeting/operators';
import { at, type Place } from '@flaghoist/rules/targeting/place';
import { callOf, type RuleTree } from './rule-tree.ts';

/** Something that must hold, or must not, for a branch to be taken. */
export interface Test {
  readonly condition: unknown;
  readonly place: Place;
  readonly wanted: boolean;
  /** Whether it is the condition of an earlier branch that was not taken. */
  readonly fallen: boolean;
}

/** One of the answers that are written down in a rule. */
export interface Branch {
  readonly tests: readonly Test[];
  /** The name of a variant, `null` for the default one; `undefined` for what is computed. */
  readonly answer: string | null | undefined;
  /** Whether callers are drawn into it. */
  readonly drawn: boolean;
  readonly place: Place;
}

const isTruth = (node: unknown): boolean => {
  const call = callOf(node);
  if (call === null) return typeof node === 'boolean';
  return truthTelling.has(call.operator) || (joining.has(call.operator) && call.args.every(isTruth));
};

const joining = new Set(['and', 'or']);

const answerOf = (value: unknown): string | null | undefined => {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : undefined;
};

/** All answers of a rule, in the order in which they are written. */
export const branchesOf = (tree: RuleTree): readonly Branch[] => {
  const branches: Branch[] = [];
  const visit = (node: unknown, otherwise: Place, tests: readonly Test[], drawn: boolean): void => {
    const place = tree.placeOf(node, otherwise);
    const call = callOf(node);
    if (call?.operator === 'if') visitIf(call.args, at(place, 'if'), tests, drawn);
    else if (call?.operator === 'fractional') visitBuckets(call.args, at(place, 'fractional'), tests);
    else if (call?.operator === 'or' && !isTruth(node)) {
      // The first of them that is one, which a caller shows and no test says.
      for (const [index, arg] of call.args.entries()) visit(arg, at(at(place, 'or'), index), tests, drawn);
    } else if (call !== null && isTruth(node)) {
      for (const wanted of [true, false]) {
        const test = { condition: node, place, wanted, fallen: !wanted };
        branches.push({ tests: [...tests, test], answer: String(wanted), drawn, place });
      }
    } else branches.push({ tests, answer: call === null ? answerOf(node) : undefined, drawn, place });
  };
  const visitIf = (args: readonly unknown[], place: Place, before: readonly Test[], drawn: boolean): void => {
    let tests = before;
    for (let index = 0; index + 1 < args.length; index += 2) {
      const condition = args[index];
      const where = tree.placeOf(condition, at(place, index));
      visit(
        args[index + 1],
        at(place, index + 1),
        [...tests, { condition, place: where, wanted: true, fallen: false }],
        drawn,
      );
      tests = [...tests, { condition, place: where, wanted: false, fallen: true }];
    }
    const last = args.length - 1;
    if (args.length % 2 === 1) visit(args[last], at(place, last), tests, drawn);
    else branches.push({ tests, answer: null, drawn, place });
  };
  const visitBuckets = (args: readonly unknown[], place: Place, tests: readonly Test[]): void => {
    for (const [index, bucket] of args.entries()) {
      if (Array.isArray(bucket) && bucket[1] !== 0) visit(bucket[0], at(at(place, index), 0), tests, true);
    }
  };
  visit(tree.rule, at(at(null, 'document'), 'targeting'), [], false);
  return branches;
};

/** The parts of a test, each of which must be as it says: `and` that holds, `or` that does not, without its `!`. */
export const partsOf = (test: Test, tree: RuleTree): readonly Test[] => {
  const call = callOf(test.condition);
  if (call === null) return [test];
  const { operator, args } = call;
  const inside = at(test.place, operator);
  const part = (index: number, wanted: boolean): readonly Test[] => {
    const condition = args[index];
    return partsOf({ ...test, condition, wanted, place: tree.placeOf(condition, at(inside, index)) }, tree);
  };
  if (operator === '!' && args.length === 1 && callOf(args[0])?.operator !== 'var') return part(0, !test.wanted);
  if (operator === '!!' && args.length === 1) return part(0, test.wanted);
  if ((operator === 'and' && test.wanted) || (operator === 'or' && !test.wanted))
    return args.flatMap((_arg, index) => part(index, test.wanted));
  return [test];
};
