/** How many arguments an operator takes: at least, at most. */
type Arity = readonly [least: number, most: number];

const MANY = Number.POSITIVE_INFINITY;
const one: Arity = [1, 1];
const two: Arity = [2, 2];
const any: Arity = [1, MANY];

/** The operators of flagd's targeting schema, as flagd-core 4.0.1 checks it, and `$ref`. */
export const operators: ReadonlyMap<string, Arity> = new Map<string, Arity>([
  ['var', any],
  ['missing', any],
  ['missing_some', two],
  ['if', any],
  ['==', two],
  ['===', two],
  ['!=', two],
  ['!==', two],
  ['>', two],
  ['>=', two],
  ['<', [2, 3]],
  ['<=', [2, 3]],
  ['!', one],
  ['!!', one],
  ['and', any],
  ['or', any],
  ['in', two],
  ['substr', [2, 3]],
  ['cat', any],
  ['+', any],
  ['-', any],
  ['*', [2, MANY]],
  ['/', two],
  ['%', two],
  ['max', any],
  ['min', any],
  ['merge', any],
  ['map', two],
  ['filter', two],
  ['reduce', [3, 3]],
  ['all', two],
  ['none', two],
  ['some', two],
  ['starts_with', two],
  ['ends_with', two],
  ['sem_ver', [3, 3]],
  ['fractional', any],
  ['$ref', one],
]);

/** Operators whose argument may stand alone, not in a list. */
export const alone: ReadonlySet<string> = new Set(['var', '$ref', 'missing', '!', '!!']);

/** Operators that look at each member of a list; inside them, `var` names a part of the member. */
export const iterating: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'all', 'none', 'some']);

/** Operators that answer true or false. */
export const truthTelling: ReadonlySet<string> = new Set([
  '==',
  '===',
  '!=',
  '!==',
  '>',
  '>=',
  '<',
  '<=',
  '!',
  '!!',
  'in',
  'all',
  'none',
  'some',
  'starts_with',
  'ends_with',
  'sem_ver',
]);
