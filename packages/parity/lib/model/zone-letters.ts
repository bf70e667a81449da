import { isObject, type JsonObject } from '@flaghoist/core/json';
import { mapOf, type Tree } from '@flaghoist/plan-reading/tree';
import { placeholder } from './placeholder.ts';

/** An input that names the zones of a region by their letters: `["a", "c", "d"]`. */
export interface ZoneLetters {
  readonly region: string;
  readonly letters: readonly string[];
}

interface ZonedPlan {
  readonly region: string;
  /** The zones that its subnets stand in. */
  readonly zones: readonly string[];
  readonly variables: JsonObject;
}

const isLetters = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && /^[a-z]$/.test(each));

/** The list that is the letters of all zones that the plan works in, and of no other. */
const lettersIn = ({ region, zones, variables }: ZonedPlan): ZoneLetters | undefined => {
  const own = zones.filter((zone) => zone.slice(0, -1) === region);
  const lists = Object.values(variables).flatMap((value) => [value, isObject(value) ? value[region] : undefined]);
  const letters = lists
    .filter(isLetters)
    .find((list) => JSON.stringify(list.map((letter) => region + letter).sort()) === JSON.stringify(own.toSorted()));
  return own.length === 0 || letters === undefined ? undefined : { region, letters };
};

/**
 * How each environment's inputs name its zones. A region has the zones that it has, so the letters may follow from the region and
 * from nothing else: where two environments name those of one region otherwise, they are a difference.
 *
 * @param plans in the environments' order
 */
export const findZoneLetters = (plans: readonly ZonedPlan[]): readonly (ZoneLetters | undefined)[] => {
  const found = plans.map(lettersIn);
  const ofRegion = Map.groupBy(
    found.flatMap((each) => each ?? []),
    ({ region }) => region,
  );
  return found.map((each) => {
    const alike = (each === undefined ? [] : (ofRegion.get(each.region) ?? [])).map(({ letters }) => letters.join());
    return new Set(alike).size === 1 ? each : undefined;
  });
};

/**
 * The tree of an input, with the letters of zones replaced by their positions.
 *
 * @param value the input as the plan has it
 */
export const withZonePositions = (tree: Tree, value: unknown, zoneLetters: ZoneLetters | undefined): Tree => {
  if (zoneLetters === undefined) return tree;
  const { region, letters } = zoneLetters;
  if (tree.kind === 'list' && isLetters(value) && value.join() === letters.join()) {
    const items = letters.map((raw, index): Tree => {
      return { kind: 'scalar', value: placeholder(`letter of zone ${index + 1}`), raw };
    });
    return { kind: 'list', items };
  }
  if (tree.kind !== 'map' || !isObject(value)) return tree;
  // In a stack with a state for each region, the key may already be what the region is.
  const isOwn = (key: string): boolean => key === region || key === placeholder('region');
  const entries = [...tree.entries].map(([key, each]): [string, Tree] => [
    key,
    isOwn(key) ? withZonePositions(each, value[region], zoneLetters) : each,
  ]);
  return { ...tree, ...mapOf(entries) };
};
