import { isObject, memberOf } from '@flaghoist/core/json';

type Merged = true | { readonly each?: Merged; readonly members?: ReadonlyMap<string, Merged> } | undefined;

const merge = (marks: readonly unknown[]): Merged => {
  if (marks.includes(true)) return true;
  const elements = marks.filter((mark) => Array.isArray(mark)).flat();
  const objects = marks.filter(isObject);
  const each = elements.length === 0 ? undefined : merge(elements);
  const members = new Map(
    [...new Set(objects.flatMap((object) => Object.keys(object)))].flatMap((key) => {
      const below = merge(objects.map((object) => memberOf(object, key)));
      return below === undefined ? [] : [[key, below] as const];
    }),
  );
  if (each === undefined && members.size === 0) return undefined;
  return { ...(each === undefined ? {} : { each }), ...(members.size === 0 ? {} : { members }) };
};

const spread = (merged: Merged, value: unknown): unknown => {
  if (merged === undefined || merged === true) return merged ?? false;
  if (Array.isArray(value)) return value.map((item) => spread(merged.each, item));
  if (!isObject(value)) return false;
  return Object.fromEntries(
    [...(merged.members ?? [])].map(([key, mark]) => [key, spread(mark, memberOf(value, key))]),
  );
};

/**
 * What of a value is secret, when several versions of it were marked: what one of them marks is secret in all, and what is
 * secret in one element of a list is in each, because elements change places between versions.
 *
 * @returns marks in Terraform's form, for a version of the value
 */
export const secretMarks = (marks: readonly unknown[]): ((value: unknown) => unknown) => {
  const merged = merge(marks);
  return (value) => spread(merged, value);
};
