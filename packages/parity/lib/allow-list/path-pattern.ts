import { pathSource } from '@flaghoist/plan-reading/path-pattern';

/** Why a text is no path pattern; `undefined` when it is one. */
export const patternProblem = (pattern: string): string | undefined => {
  if (pattern.trim() !== pattern || pattern === '') return 'is blank or has blanks around it';
  if (pattern.includes('**')) return 'has "**"; a "*" stands for one part of the path, name the others';
  const parts = partsOf(pattern);
  if (parts.length < 2) return 'names a whole section; write down to the attribute, for example "var.desired_count"';
  if ((parts.at(-1) ?? '').replaceAll('[*]', '').includes('*')) {
    return 'ends with a wildcard; name the attribute, so that a new one beside it is seen';
  }
  return undefined;
};

/** Parts at dots outside of brackets. */
const partsOf = (pattern: string): readonly string[] => pattern.match(/(?:\[(?:"(?:[^"\\]|\\.)*"|\*)\]|[^.[])+/g) ?? [];

/**
 * Whether a path is covered. `[*]` in a pattern is that of the path (all instances, all elements); any other `*` stands for
 * any text within one part of the path.
 */
export const createPathPattern = (pattern: string): ((path: string) => boolean) => {
  const expression = new RegExp(`^${pathSource(pattern, '\\[\\*\\]')}$`);
  return (path) => expression.test(path);
};
