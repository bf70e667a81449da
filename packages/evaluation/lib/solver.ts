import type { Attribute } from './attributes.ts';
import type { Test } from './branches.ts';
import { ABSENT, type Assignment, contextOf } from './context.ts';
import { conditionsOf, type Truth } from './evaluator.ts';
import { attributeOf, callOf } from './rule-tree.ts';

/** Values and conditions that are tried for conditions that hang together. */
const MAX_TRIED = 2_000;
/** Evaluations of conditions for one flag and one purpose. */
const MAX_EVALUATIONS = 16_000;
/** No search takes more than this part of those that are left: then there are some for the last one too. */
const SEARCHES = 8;

/** `no`: no caller can fulfil them, and these tests show it. `unknown`: too many combinations, or values that are guesses. */
export type Solution =
  | { readonly found: 'yes'; readonly assignment: Assignment }
  | { readonly found: 'no'; readonly together: readonly Test[] }
  | { readonly found: 'unknown' };

/** Values that an attribute is held at. */
export type Held = ReadonlyMap<string, readonly unknown[]>;

/** What else must be so for a caller who fulfils a test. */
export interface Shown {
  readonly by: Test;
  readonly with: (assignment: Assignment) => boolean;
}

type Order = (values: readonly unknown[]) => readonly unknown[];
const asWritten: Order = (values) => values;
const leastFirst: Order = (values) => values.toReversed();

const UNKNOWN: Solution = { found: 'unknown' };

const namesIn = (node: unknown, names: Set<string>): Set<string> => {
  if (Array.isArray(node)) for (const member of node) namesIn(member, names);
  const name = attributeOf(node);
  if (name !== null) names.add(name);
  const call = callOf(node);
  if (call === null) return names;
  if (call.operator === 'missing' || call.operator === 'missing_some')
    for (const named of call.args.flat()) if (typeof named === 'string') names.add(named);
  for (const arg of call.args) namesIn(arg, names);
  return names;
};

/** Asks the evaluator what conditions are for callers, and looks for callers that fulfil some of them. */
export class Solver {
  readonly #attributes: ReadonlyMap<string, Attribute>;
  readonly #which = new Map<unknown, number>();
  readonly #names = new Map<unknown, readonly Attribute[]>();
  readonly #ask: (which: number, context: ReturnType<typeof contextOf>) => Truth;
  #left = MAX_EVALUATIONS;

  constructor(attributes: readonly Attribute[], conditions: readonly unknown[]) {
    this.#attributes = new Map(attributes.map((attribute) => [attribute.name, attribute]));
    const distinct = [...new Set(conditions)];
    for (const [index, condition] of distinct.entries()) this.#which.set(condition, index);
    this.#ask = conditionsOf(distinct);
  }

  /** For another purpose: what was hard to say for one leaves enough for the next. */
  renew(): void {
    this.#left = MAX_EVALUATIONS;
  }

  /** The attributes that a condition asks for. */
  attributesIn(condition: unknown): readonly Attribute[] {
    const known = this.#names.get(condition);
    if (known !== undefined) return known;
    const found = [...namesIn(condition, new Set())].flatMap((name) => this.#attributes.get(name) ?? []);
    this.#names.set(condition, found);
    return found;
  }

  truth(condition: unknown, assignment: Assignment): Truth {
    this.#left -= 1;
    const which = this.#which.get(condition);
    return which === undefined ? null : this.#ask(which, contextOf(assignment));
  }

  /**
   * A caller that fulfils all tests, and for whom `shows` holds, which asks for the attributes of one of them only. One
   * whose evaluation fails does not.
   */
  solve(tests: readonly Test[], held: Held = new Map(), shows?: Shown): Solution {
    if (this.#left < SEARCHES) return UNKNOWN;
    const assignment = new Map<string, unknown>();
    let unknown = false;
    for (const group of this.#groups(tests)) {
      const asked = shows !== undefined && group.includes(shows.by) ? shows.with : undefined;
      const solution = this.#solveGroup(group, held, asked);
      if (solution.found === 'no') return solution;
      if (solution.found === 'unknown') unknown = true;
      else for (const [name, value] of solution.assignment) assignment.set(name, value);
    }
    for (const [name, values] of held) if (!assignment.has(name)) assignment.set(name, values[0]);
    return unknown ? UNKNOWN : { found: 'yes', assignment };
  }

  /** Tests that share an attribute belong together; what shares none is solved by itself. */
  #groups(tests: readonly Test[]): readonly (readonly Test[])[] {
    const groups: { names: Set<string>; tests: Test[] }[] = [];
    for (const test of tests) {
      const names = new Set(this.attributesIn(test.condition).map(({ name }) => name));
      const joined = groups.filter((group) => [...names].some((name) => group.names.has(name)));
      const [first] = joined;
      if (first === undefined) {
        groups.push({ names, tests: [test] });
        continue;
      }
      first.tests.push(test);
      for (const name of names) first.names.add(name);
      for (const other of joined.slice(1)) {
        first.tests.push(...other.tests);
        for (const name of other.names) first.names.add(name);
        groups.splice(groups.indexOf(other), 1);
      }
    }
    return groups.map((group) => group.tests);
  }

  /**
   * The last attribute varies slowest, so that of several callers the one with the first values is found. A test is asked as
   * soon as all that it asks for has a value: what it rules out is not combined with anything else.
   */
  #solveGroup(tests: readonly Test[], held: Held, shows?: Shown['with']): Solution {
    const asked = [...new Set(tests.flatMap(({ condition }) => this.attributesIn(condition)))];
    const isHeld = ({ name }: Attribute): boolean => held.has(name);
    const attributes = [...asked.filter((attribute) => !isHeld(attribute)), ...asked.filter(isHeld)];
    const settledAt: Test[][] = [...attributes, null].map(() => []);
    for (const test of tests) {
      const indices = this.attributesIn(test.condition).map((attribute) => attributes.indexOf(attribute));
      settledAt[Math.min(attributes.length, ...indices)]?.push(test);
    }
    const valuesOf = ({ name, values }: Attribute): readonly unknown[] => held.get(name) ?? values;
    const assignment = new Map<string, unknown>(asked.map(({ name }) => [name, ABSENT]));
    let left = 0;
    const fulfilled = (index: number): boolean =>
      settledAt[index]?.every(({ condition, wanted }) => {
        left -= 1;
        return this.truth(condition, assignment) === wanted;
      }) ?? true;
    const search = (index: number, order: Order): boolean => {
      const attribute = attributes[index];
      if (attribute === undefined) return shows === undefined || shows(assignment);
      for (const value of order(valuesOf(attribute))) {
        if (left <= 0) return false;
        left -= 1;
        assignment.set(attribute.name, value);
        if (fulfilled(index) && search(index - 1, order)) return true;
      }
      return false;
    };
    // Who sends little meets few of the other conditions: looked for only where too many combinations of values are.
    for (const order of [asWritten, leastFirst]) {
      left = Math.min(MAX_TRIED, Math.floor(this.#left / SEARCHES));
      if (fulfilled(attributes.length) && search(attributes.length - 1, order)) return { found: 'yes', assignment };
      if (left > 0) break;
    }
    const exact = held.size > 0 || attributes.every((attribute) => attribute.exact);
    return exact && left > 0 ? { found: 'no', together: tests } : UNKNOWN;
  }
}
