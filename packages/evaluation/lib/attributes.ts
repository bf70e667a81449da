import { iterating } from '@flaghoist/rules/targeting/operators';
import { Collected, OTHER } from './collected.ts';
import { ABSENT, type Assignment, contextOf } from './context.ts';
import { piecesOf } from './joined-texts.ts';
import { attributeOf, type Call, callOf, NOW } from './rule-tree.ts';
import { versionsBeside } from './versions.ts';

/** An attribute, and values of it that the rule tells apart. */
export interface Attribute {
  readonly name: string;
  /** Those that are written down first, then what lies beside them, then null and absent. */
  readonly values: readonly unknown[];
  /** Whether the rule treats every value that there is like one of these. */
  readonly exact: boolean;
}

/** Values that are kept of one attribute. */
const MAX_VALUES = 48;
/** Literals that are tried of those that a computed value is compared with. */
const MAX_COMPUTED = 8;
/** A time that a rule without literals is asked about: 2026-01-01. */
const SOME_TIME = 1_767_225_600;

const ordering = new Set(['<', '<=', '>', '>=']);
const equalities = new Set(['==', '===', '!=', '!==']);
const comparing = new Set([...equalities, ...ordering, 'in', 'starts_with', 'ends_with']);
const arithmetic = new Set(['+', '-', '*', '/', '%', 'max', 'min']);

/** Reads of a rule which attributes it asks for, and what it compares them with. Bounded by the limits on rules. */
class Collection {
  readonly found = new Map<string, Collected>();
  #comparisons = 0;

  of(name: string): Collected {
    const known = this.found.get(name) ?? new Collected();
    this.found.set(name, known);
    return known;
  }

  visit(node: unknown): void {
    if (Array.isArray(node)) for (const member of node) this.visit(member);
    const call = callOf(node);
    if (call === null) return;
    this.#comparisons += 1;
    const name = attributeOf(node);
    if (name !== null) {
      const seen = this.of(name);
      if (call.args.length > 1) seen.literal(call.args[1], this.#comparisons);
      return;
    }
    if (iterating.has(call.operator)) {
      this.#iteration(call);
      return;
    }
    this.#compared(call);
    for (const arg of call.args) this.visit(arg);
  }

  #compared({ operator, args }: Call): void {
    const literals = args.filter((arg) => callOf(arg) === null && !Array.isArray(arg));
    if (comparing.has(operator)) {
      const written = operator === 'in' ? args.flatMap((arg) => (callOf(arg) === null ? arg : [])) : literals;
      for (const arg of args) this.#computedFrom(arg, written.slice(0, MAX_COMPUTED));
    }
    for (const [index, arg] of args.entries()) {
      const name = attributeOf(arg);
      if (name === null) continue;
      const seen = this.of(name);
      if (operator === 'in') this.#searched(seen, index, args);
      else if (operator === 'sem_ver') seen.exact = this.#versions(seen, args) && seen.exact;
      else if (operator === 'starts_with') for (const text of literals) this.#around(seen, text, operator);
      else if (operator === 'ends_with') for (const text of literals) this.#around(seen, text, operator);
      else if (equalities.has(operator) || ordering.has(operator)) {
        for (const literal of literals) seen.literal(literal, this.#comparisons);
        // Nothing is identical to a list that is written down.
        if (operator.length === 3 && args.some(Array.isArray)) seen.beside.add(OTHER);
        else if (literals.length === 0) seen.comparedWithAnother(ordering.has(operator));
        if (ordering.has(operator) && literals.some((literal) => typeof literal !== 'number')) seen.exact = false;
      } else if (arithmetic.has(operator)) {
        for (const number of [0, 1, -1, 2, 10]) seen.beside.add(number);
        seen.exact = false;
      } else if (operator === 'missing' || operator === 'missing_some') continue;
      else if (operator === '!' || operator === '!!' || operator === 'and' || operator === 'or' || operator === 'if')
        seen.asked = true;
      else {
        seen.beside.add(OTHER);
        seen.exact = false;
      }
    }
    if (operator === 'missing' || operator === 'missing_some') {
      for (const name of args.flat()) if (typeof name === 'string') this.of(name).beside.add(OTHER);
    }
  }

  /** What a computed value is compared with says something of the attributes that it is computed from. */
  #computedFrom(arg: unknown, literals: readonly unknown[]): void {
    const call = callOf(arg);
    if (call === null) return;
    if (iterating.has(call.operator)) {
      this.#listOf(call, literals);
      return;
    }
    const joined = call.operator === 'cat';
    if (joined) for (const text of literals) this.#joined(call.args, text);
    for (const inner of call.args) {
      const name = attributeOf(inner);
      if (name === null) continue;
      const seen = this.of(name);
      seen.exact = false;
      if (!joined) for (const literal of literals) seen.literal(literal, this.#comparisons);
    }
  }

  #joined(args: readonly unknown[], text: unknown): void {
    if (typeof text !== 'string') return;
    for (const [name, piece] of piecesOf(args, text)) this.of(name).beside.add(piece);
  }

  #searched(seen: Collected, index: number, args: readonly unknown[]): void {
    const [what, where] = args;
    if (index === 0 && Array.isArray(where)) {
      for (const entry of where) seen.literal(entry, this.#comparisons);
      seen.beside.add(OTHER);
    } else if (index === 0 && typeof where === 'string') {
      seen.literal(where, this.#comparisons);
      seen.exact = false;
    } else if (index === 1 && typeof what === 'string') {
      // A text that holds it, or a list that does.
      seen.holds(what, 'in');
      for (const value of [`x${what}x`, [what], []]) seen.beside.add(value);
    } else {
      if (index === 0) for (const entry of textsIn(where)) seen.literal(entry, this.#comparisons);
      seen.exact = false;
    }
  }

  #versions(seen: Collected, args: readonly unknown[]): boolean {
    const text = args[0] === undefined || attributeOf(args[0]) !== null ? args[2] : args[0];
    if (typeof text !== 'string') return false;
    seen.literals.add(text);
    const beside = versionsBeside(text);
    for (const version of beside) seen.beside.add(version);
    return beside.length > 0;
  }

  #around(seen: Collected, text: unknown, way: 'starts_with' | 'ends_with'): void {
    if (typeof text !== 'string') return;
    seen.holds(text, way);
    seen.beside.add(way === 'starts_with' ? `${text}x` : `x${text}`);
  }

  /** What a list is asked is asked of its members: the values are guesses. */
  #iteration({ operator, args }: Call): void {
    const name = attributeOf(args[0]);
    if (name === null) {
      this.visit(args[0]);
      return;
    }
    const seen = this.of(name);
    seen.exact = false;
    seen.walked = true;
    seen.beside.add([]);
    this.#listOf({ operator, args }, []);
    for (const literal of textsIn(args[1])) seen.beside.add([literal]);
  }

  /** Lists of one member that has what it is compared with, inside of the walk or outside of it, or lacks one thing of all. */
  #listOf({ operator, args }: Call, outside: readonly unknown[]): void {
    const name = attributeOf(args[0]);
    if (name === null) return;
    const inner = new Collection();
    inner.visit(args[1]);
    const { beside } = this.of(name);
    if (operator === 'reduce') {
      this.#added(inner, beside, outside);
      return;
    }
    const parts = new Map([...inner.found].map(([member, seen]) => [member, [...outside, ...sentOf(member, seen)]]));
    for (const [member, values] of parts)
      for (const value of values) beside.add([contextOf(new Map([[member, value]]))]);
    const whole: Assignment = new Map([...parts].map(([member, [first]]) => [member, first ?? ABSENT]));
    if (whole.size > 1) beside.add([contextOf(whole)]);
    for (const member of whole.keys()) beside.add([contextOf(new Map(whole).set(member, ABSENT))]);
  }

  /** Lists of one member that, added up, is what the sum is compared with, or just beside it. */
  #added(inner: Collection, beside: Set<unknown>, outside: readonly unknown[]): void {
    const numbers = outside.filter((value) => typeof value === 'number');
    const values = [...new Set([...numbers.flatMap((number) => [number, number + 1, number - 1]), 0, 1])];
    for (const member of inner.found.keys()) {
      if (member === CURRENT) for (const value of values) beside.add([value]);
      const path = member.startsWith(`${CURRENT}.`) ? member.slice(CURRENT.length + 1) : '';
      if (path !== '') for (const value of values) beside.add([contextOf(new Map([[path, value]]))]);
    }
  }
}

/** What a `reduce` calls the member whose turn it is. */
const CURRENT = 'current';

const textsIn = (node: unknown): readonly unknown[] => {
  const call = callOf(node);
  if (call === null || call.operator === 'var')
    return Array.isArray(node) ? node.filter((it) => callOf(it) === null) : [];
  return call.args.flatMap((arg) => (typeof arg === 'string' || typeof arg === 'number' ? [arg] : textsIn(arg)));
};

/** Between each number and the next, and beyond both ends. */
const between = (numbers: ReadonlySet<number>): readonly number[] => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.flatMap((number, index) => {
    const next = sorted[index + 1];
    const above = next === undefined ? number + 1 : (number + next) / 2;
    return index === 0 ? [number - 1, above] : [above];
  });
};

const valuesOf = (name: string, seen: Collected): { values: readonly unknown[]; dropped: boolean } => {
  const kept: unknown[] = [];
  const alike = new Map<string, number>();
  for (const literal of seen.literals) {
    const group = seen.standsIn.get(literal);
    const before = group === undefined ? 0 : (alike.get(group) ?? 0);
    if (group !== undefined) alike.set(group, before + 1);
    // Of a list of a thousand customers one is like the other.
    if (before < 3) kept.push(literal);
  }
  const numbers = between(new Set(kept.filter((value) => typeof value === 'number')));
  const missing = name === NOW ? [] : [ABSENT, null];
  // Just beside: a text is not another that begins with it.
  const longer = kept.filter((value) => typeof value === 'string' && value !== '' && seen.standsIn.has(value));
  const beside = [...longer.map((value) => `${value}x`), ...numbers, ...seen.beside, ...seen.something];
  const all = [...new Set([...kept, ...beside].map((value) => (value === OTHER ? (seen.other ?? '') : value)))];
  if (name === NOW && all.length === 0) all.push(SOME_TIME);
  const values = all.filter((value) => !seen.walked || Array.isArray(value)).slice(0, MAX_VALUES);
  return { values: [...values, ...missing], dropped: all.length > values.length };
};

/** Of a member of a list a few will do: nothing is claimed to be impossible of it. */
const sentOf = (member: string, seen: Collected): readonly unknown[] =>
  valuesOf(member, seen)
    .values.filter((value) => value !== ABSENT && value !== null)
    .slice(0, 6);

/** All attributes that a rule asks for, in the order in which it does. */
export const attributesOf = (rule: unknown): readonly Attribute[] => {
  const collection = new Collection();
  collection.visit(rule);
  const names = [...collection.found.keys()].filter((name) => !name.startsWith('$flagd.'));
  const isParent = (name: string): boolean => names.some((other) => other.startsWith(`${name}.`));
  return names
    .filter((name) => !isParent(name))
    .map((name) => {
      const seen = collection.of(name);
      const { values, dropped } = valuesOf(name, seen);
      const mixed = dropped || (seen.literals.size > values.length && seen.numbers.size > 0);
      return { name, values, exact: seen.exact && seen.tellsParts && seen.other !== undefined && !mixed };
    });
};
