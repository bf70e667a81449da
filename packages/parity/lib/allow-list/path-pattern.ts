import { pathSource } from '@flaghoist/plan-reading/path-pattern';

/**
 * Whether a path is covered. `[*]` in a pattern is that of the path (all instances, all elements); any other `*` stands for
 * any text within one part of the path.
 */
export const createPathPattern = (pattern: string): ((path: string) => boolean) => {
  const expression = new RegExp(`^${pathSource(pattern, '\\[\\*\\]')}$`);
  return (path) => expression.test(path);
};
