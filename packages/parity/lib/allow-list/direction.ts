import { type Scalar, shown, type Tree, unknown } from '@flaghoist/plan-reading/tree';
import type { Difference } from '../compare/difference.ts';
import type { AllowedEntry } from './allow-list.ts';

/** Where a value stands on the way from small to large; `undefined` where nobody can say. */
const rankOf = (value: Scalar, scale: AllowedEntry['scale']): number | undefined => {
  if (scale !== undefined) {
    const rank = scale.findIndex((each) => String(each) === String(value));
    return rank < 0 ? undefined : rank;
  }
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
};

const rankOfTree = (tree: Tree | undefined, scale: AllowedEntry['scale']): number | undefined =>
  tree?.kind === 'scalar' ? rankOf(tree.raw, scale) : undefined;

/** The same text but for regions, zones, accounts and networks, whatever environment's name seems to be in it. */
const isLiteral = (values: Difference['values']): boolean => {
  const texts = values.map((tree) => (tree?.kind === 'scalar' ? (tree.literal ?? tree.value) : undefined));
  return typeof texts[0] === 'string' && new Set(texts).size === 1;
};

/** Where no order is asked for, a value may be missing, but what there is must stand on the scale. */
const offScale = (values: Difference['values'], scale: AllowedEntry['scale'], names: readonly string[]) => {
  const off = values.findIndex((tree) => tree !== undefined && rankOfTree(tree, scale) === undefined);
  return off < 0 ? undefined : `${names[off]} has ${shown(values[off] ?? unknown)}, which is not on the scale`;
};

/**
 * Whether a difference goes the way that an entry allows.
 *
 * @param names the environments, in their order
 * @returns what is wrong, or `undefined`
 */
export const directionProblem = (
  { direction, scale }: AllowedEntry,
  { values, kind }: Difference,
  names: readonly string[],
): string | undefined => {
  if (direction === 'any') return scale === undefined ? undefined : offScale(values, scale, names);
  if (direction === 'literal') return isLiteral(values) ? undefined : 'not the same text in each environment';
  if (kind === 'undecided' || kind === 'instance' || kind === 'shared') {
    return `a difference of the kind "${kind}" has no direction; look at it and write "direction: any" if it may be`;
  }
  if (kind === 'count' && values.some((tree) => rankOfTree(tree, undefined) === 0)) {
    return 'some have none: whether a thing exists is no size; write "direction: any" if it may be missing';
  }
  const ranks = values.map((tree) => rankOfTree(tree, scale));
  for (const [index, rank] of ranks.entries()) {
    if (rank !== undefined) continue;
    const what = values[index] === undefined ? 'nothing' : shown(values[index]);
    return scale === undefined
      ? `${names[index]} has ${what}, which is no number; give a scale, or write "direction: any"`
      : `${names[index]} has ${what}, which is not on the scale`;
  }
  const sign = direction === 'increasing' ? 1 : -1;
  for (let index = 1; index < ranks.length; index += 1) {
    if (((ranks[index] ?? 0) - (ranks[index - 1] ?? 0)) * sign < 0) {
      return `not ${direction} from ${names[index - 1]} to ${names[index]}`;
    }
  }
  return undefined;
};
