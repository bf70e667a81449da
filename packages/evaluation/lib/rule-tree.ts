import { isObject } from '@flaghoist/core/json';
import { at, type Place } from '@flaghoist/rules/targeting/place';
import { placeOfEvaluator } from '@flaghoist/rules/targeting/targeting';

/** Stands for the time of evaluation, which flagd would take from the clock: it becomes an attribute like any other. */
export const NOW = '$now';

const MAX_DEPTH = 64;
/** Operations of a rule whose shared evaluators are written out, each as often as it is referred to. */
export const MAX_OPERATIONS = 20_000;
/** About as many characters as it has then: a fourth of what clients take of all flags together. */
export const MAX_CHARACTERS = 1_000_000;

/** A rule with its shared evaluators put in, and where each of its operations was written. */
export interface RuleTree {
  readonly rule: unknown;
  placeOf(node: unknown, otherwise: Place): Place;
}

const isTime = (operand: unknown): boolean =>
  operand === '$flagd.timestamp' || (Array.isArray(operand) && operand[0] === '$flagd.timestamp');

/**
 * A shared evaluator that refers to another is refused by a rule, and flagd fails at it or not by chance: written out, thirty that
 * double each other would be a thousand million operations.
 *
 * @returns null for a rule of more than `MAX_OPERATIONS` or `MAX_CHARACTERS`
 * @throws RangeError where one refers to another
 */
export const treeOf = (targeting: unknown, evaluators: Readonly<Record<string, unknown>>): RuleTree | null => {
  const places = new WeakMap<object, Place>();
  let operations = 0;
  let characters = 0;
  const isTooLarge = (): boolean => operations > MAX_OPERATIONS || characters > MAX_CHARACTERS;
  const copy = (value: unknown, place: Place, depth: number, within = false): unknown => {
    characters += typeof value === 'string' ? value.length + 3 : 2;
    if (isTooLarge()) return value;
    if (Array.isArray(value)) return value.map((member, index) => copy(member, at(place, index), depth + 1, within));
    if (!isObject(value) || depth > MAX_DEPTH) return value;
    const name = value['$ref'];
    operations += 1;
    if (within && name !== undefined) throw new RangeError('a shared evaluator refers to another');
    if (typeof name === 'string' && Object.hasOwn(evaluators, name))
      return copy(evaluators[name], placeOfEvaluator(name), depth + 1, true);
    const members = Object.entries(value).map(([operator, operand]) => {
      characters += operator.length + 3;
      const isNow = operator === 'var' && isTime(operand);
      return [operator, isNow ? NOW : copy(operand, at(place, operator), depth + 1, within)];
    });
    const made = Object.fromEntries(members);
    places.set(made, place);
    return made;
  };
  const rule = copy(targeting, at(at(null, 'document'), 'targeting'), 0);
  if (isTooLarge()) return null;
  return {
    rule,
    placeOf: (node, otherwise) => (typeof node === 'object' && node !== null && places.get(node)) || otherwise,
  };
};

export interface Call {
  readonly operator: string;
  readonly args: readonly unknown[];
}

/** An operation; `null` for anything else. */
export const callOf = (node: unknown): Call | null => {
  if (!isObject(node)) return null;
  const names = Object.keys(node);
  const [operator] = names;
  if (operator === undefined || names.length > 1) return null;
  const operand = node[operator];
  return { operator, args: Array.isArray(operand) ? operand : [operand] };
};

/** The attribute that a `var` reads; `null` for anything else, and for one that is computed. */
export const attributeOf = (node: unknown): string | null => {
  const call = callOf(node);
  const name = call?.operator === 'var' ? call.args[0] : null;
  return typeof name === 'string' && name !== '' ? name : null;
};
