import { isObject } from '@flaghoist/core/json';
import { iterating } from '@flaghoist/rules/targeting/operators';
import type { Attribute } from './attributes.ts';
import type { Test } from './branches.ts';
import type { Context } from './evaluator.ts';
import { attributeOf, callOf } from './rule-tree.ts';

/** Something that is asked of each member of a list, and that a member may lack. */
export interface LeftOut {
  /** The attribute that is the list. */
  readonly list: string;
  /** What its members may lack. */
  readonly member: string;
  /** What is asked of each member. */
  readonly condition: unknown;
  /** A member of the list without it, and a list whose one member has it. */
  readonly pairs: readonly (readonly [without: Context, whole: unknown])[];
}

/** Lists of one member that are looked at for each thing that it may lack. */
const MAX_PAIRS = 8;

/** What the members of a list may lack that a test asks them for. */
export const membersLeftOut = ({ condition }: Test, { name: list, values }: Attribute): readonly LeftOut[] =>
  walksIn(condition, list).flatMap((asked) =>
    [...membersIn(asked)].map((member) => ({
      list,
      member,
      condition: asked,
      pairs: values.flatMap((value) => pairOf(value, member)).slice(0, MAX_PAIRS),
    })),
  );

const pairOf = (whole: unknown, member: string): LeftOut['pairs'] => {
  const [only] = Array.isArray(whole) && whole.length === 1 ? whole : [];
  const without = isObject(only) ? lacking(only, member.split('.')) : undefined;
  return without === undefined ? [] : [[without, whole]];
};

/** The object without a member of it, or of an object in it; `undefined` when it has none. */
const lacking = (object: Context, [name = '', ...below]: readonly string[]): Context | undefined => {
  if (!Object.hasOwn(object, name)) return undefined;
  const { [name]: value, ...rest } = object;
  if (below.length === 0) return rest;
  const inner = isObject(value) ? lacking(value, below) : undefined;
  return inner === undefined ? undefined : { ...rest, [name]: inner };
};

/** What is asked of each member of a list, wherever in a condition that is. */
const walksIn = (node: unknown, list: string): readonly unknown[] => {
  const call = callOf(node);
  if (call === null) return Array.isArray(node) ? node.flatMap((member) => walksIn(member, list)) : [];
  const { operator, args } = call;
  const own = iterating.has(operator) && operator !== 'reduce' && attributeOf(args[0]) === list ? [args[1]] : [];
  return [...own, ...args.flatMap((arg) => walksIn(arg, list))];
};

const membersIn = (node: unknown, found = new Set<string>()): ReadonlySet<string> => {
  const name = attributeOf(node);
  if (name !== null) found.add(name);
  const inside = Array.isArray(node) ? node : (callOf(node)?.args ?? []);
  for (const each of inside) membersIn(each, found);
  return found;
};
