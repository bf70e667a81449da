import { canonicalJson } from '@flaghoist/core/canonical-json';
import { isObject } from '@flaghoist/core/json';

/** What differs between two values, by JSON Pointer; `undefined` where there is nothing. */
export interface Difference {
  readonly pointer: string;
  readonly before: unknown;
  readonly after: unknown;
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Every place where two JSON values differ, as deep as both are objects; lists are compared as a whole. */
export const jsonDiff = (before: unknown, after: unknown, pointer = ''): readonly Difference[] => {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => jsonDiff(before[name], after[name], `${pointer}/${escaped(name)}`));
  }
  return textOf(before) === textOf(after) ? [] : [{ pointer, before, after }];
};

const textOf = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));

/** One line for what is gone, one for what has come. */
export const diffLines = (differences: readonly Difference[]): readonly string[] =>
  differences.flatMap(({ pointer, before, after }) => [
    ...(before === undefined ? [] : [`- ${pointer}: ${textOf(before)}`]),
    ...(after === undefined ? [] : [`+ ${pointer}: ${textOf(after)}`]),
  ]);
