import type { Attribute } from './attributes.ts';
import type { Test } from './branches.ts';
import { type Assignment, contextOf } from './context.ts';
import { conditionsOf, type Truth } from './evaluator.ts';
import { attributeOf, callOf } from './rule-tree.ts';

/** Combinations of values that are tried for conditions that hang together. */
const MAX_COMBINATIONS = 2_000;
/** Evaluations of conditions for one flag. */
const MAX_EVALUATIONS = 20_000;

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

  #solveGroup(tests: readonly Test[], held: Held, shows?: Shown['with']): Solution {
    const attributes = [...new Set(tests.flatMap(({ condition }) => this.attributesIn(condition)))];
    const valuesOf = (attribute: Attribute): readonly unknown[] => held.get(attribute.name) ?? attribute.values;
    const combinations = attributes.reduce((product, attribute) => product * valuesOf(attribute).length, 1);
    const tried = Math.min(combinations, MAX_COMBINATIONS, Math.floor(this.#left / tests.length));
    for (let index = 0; index < tried; index += 1) {
      const assignment = this.#combination(attributes, valuesOf, index);
      if (!tests.every(({ condition, wanted }) => this.truth(condition, assignment) === wanted)) continue;
      if (shows === undefined || shows(assignment)) return { found: 'yes', assignment };
    }
    const exact = held.size > 0 || attributes.every((attribute) => attribute.exact);
    return exact && tried === combinations ? { found: 'no', together: tests } : UNKNOWN;
  }

  #combination(
    attributes: readonly Attribute[],
    valuesOf: (attribute: Attribute) => readonly unknown[],
    index: number,
  ): Assignment {
    let rest = index;
    const assignment = new Map<string, unknown>();
    for (const attribute of attributes) {
      const values = valuesOf(attribute);
      assignment.set(attribute.name, values[rest % values.length]);
      rest = Math.floor(rest / values.length);
    }
    return assignment;
  }
}
