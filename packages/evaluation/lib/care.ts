import { attributeOf, callOf } from './rule-tree.ts';

/** What callers write who know no value: who compares with it has thought of those. */
const placeholders = new Set([
  '',
  '-',
  'unknown',
  'none',
  'null',
  'undefined',
  'n/a',
  'na',
  'other',
  'anonymous',
  'guest',
]);

const comparing = new Set(['==', '===', '!=', '!==', 'in']);

/** How a condition deals with a caller who leaves an attribute out. */
export type Care = 'answered' | 'mentioned' | 'none';

export const careFor = (name: string, condition: unknown): Care => {
  const call = callOf(condition);
  if (call === null) return 'none';
  const { operator, args } = call;
  if (operator === 'missing' || operator === 'missing_some') return args.flat().includes(name) ? 'answered' : 'none';
  // A default says what counts instead.
  if (operator === 'var') return args[0] === name && args.length > 1 && args[1] !== null ? 'answered' : 'none';
  const reads = args.some((arg) => attributeOf(arg) === name);
  const literals = args.filter((arg) => callOf(arg) === null).flat();
  const inner = args.map((arg) => careFor(name, arg));
  if ((reads && literals.includes(null)) || inner.includes('answered')) return 'answered';
  // "Not blocked", the remainder that draws as a bucket does, nothing in a sum, and what callers send who know no value.
  if (reads && (operator === '!' || operator === '%' || operator === '+')) return 'mentioned';
  if (
    reads &&
    comparing.has(operator) &&
    literals.length > 0 &&
    literals.every((it) => placeholders.has(String(it).toLowerCase()))
  )
    return 'mentioned';
  return inner.includes('mentioned') ? 'mentioned' : 'none';
};
