import type { KeyFilter } from './shape.ts';

interface Key {
  readonly pk: string;
  readonly sk: string;
}

type Test = (key: Key) => boolean;

const testOf = (field: keyof Key, match: KeyFilter['pk']): Test[] => {
  if (match === undefined) return [];
  if ('equals' in match) return [(key) => key[field] === match.equals];
  return [(key) => key[field].startsWith(match.prefix)];
};

/** Whether a stream's record passes. Made once per trigger: it is asked for every record. */
export const compileFilter = (filter: readonly KeyFilter[]): Test => {
  const patterns = filter.map(({ pk, sk }) => [...testOf('sk', sk), ...testOf('pk', pk)]);
  return (key) => patterns.some((tests) => tests.every((test) => test(key)));
};
