import type { FlagdFile } from '../lib/flagd-file/flagd-file.ts';

/* Files of flags of every shape that flagd knows and the rules pass, the same for the same numbers. */

const evaluators = {
  german: { and: [{ '!!': [{ var: 'country' }] }, { in: [{ var: 'country' }, ['DE', 'AT', 'CH']] }] },
  modern: { sem_ver: [{ var: 'app.version' }, '>=', '4.2.0'] },
  // Nobody uses it: it comes back all the same.
  spare: { '==': [{ var: 'channel' }, 'branch'] },
};

const kinds = [
  { on: true, off: false },
  { large: 'large', small: 'small', off: 'none' },
  { ten: 10, half: 0.5, off: 0 },
  { full: { colour: 'blue', sizes: [1, 2] }, off: { colour: 'grey', sizes: [] } },
] as const;

type Targeting = (first: string, second: string) => object | undefined;

const targetings: readonly Targeting[] = [
  () => undefined,
  (first, second) => ({ if: [{ $ref: 'german' }, first, second] }),
  (first, second) => ({ if: [{ and: [{ $ref: 'modern' }, { $ref: 'german' }] }, first, second] }),
  (first, second) => ({ if: [{ ends_with: [{ var: 'email' }, '@bank.example'] }, first, second] }),
  (first, second) => ({ if: [{ starts_with: [{ var: 'email' }, 'test.'] }, second, first] }),
  (first, second) => ({ if: [{ '>=': [{ var: 'age' }, 18] }, first, second] }),
];

/** @param salt another number gives other definitions to the same keys */
export const flagdFileOf = (count: number, salt = 0): FlagdFile => {
  const flags: Record<string, unknown> = {};
  for (let index = 0; index < count; index += 1) {
    const variants = kinds[(index + salt) % kinds.length] as Readonly<Record<string, unknown>>;
    const [first = 'on', second = first] = Object.keys(variants);
    const targeting = targetings[(index * 5 + salt) % targetings.length]?.(first, second);
    flags[`shape.flag${String(index).padStart(4, '0')}`] = {
      state: 'ENABLED',
      variants,
      defaultVariant: index % 3 === 0 ? first : second,
      ...(targeting === undefined ? {} : { targeting }),
      ...(index % 4 === 0 ? { metadata: { note: `Number ${index}: „ü“ ~/ \\`, weight: index / 8, beta: true } } : {}),
    };
  }
  return { flags, $evaluators: evaluators, metadata: { flagSetId: 'shapes', owner: 'team-identity', version: '7' } };
};
