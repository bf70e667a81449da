import { isObject } from '@flaghoist/core/json';

/** An object that the author wrote, with the names of its members, which many rules go through. */
export interface Members {
  readonly object: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
  /** In the order of the names. */
  readonly values: readonly unknown[];
  /** The types that the values have. */
  readonly types: TypeSet;
}

/** A sum of bits of `typeBit`. */
type TypeSet = number;

/** What JSON calls the types of values. */
export const typeBit = { boolean: 1, text: 2, number: 4, object: 8, array: 16, null: 32, other: 64 } as const;

const typeOf = (value: unknown): TypeSet => {
  if (typeof value === 'boolean') return typeBit.boolean;
  if (typeof value === 'string') return typeBit.text;
  if (typeof value === 'number') return typeBit.number;
  if (typeof value !== 'object') return typeBit.other;
  if (value === null) return typeBit.null;
  return Array.isArray(value) ? typeBit.array : typeBit.object;
};

/** The members of an object, listed once for all rules. */
export const membersOf = (object: unknown): Members => {
  if (!isObject(object)) return noMembers;
  const values = Object.values(object);
  let types = 0;
  for (let index = 0; index < values.length; index += 1) types |= typeOf(values[index]);
  return { object, names: Object.keys(object), values, types };
};

/** Of an object that is not there, or is none. */
const noMembers: Members = { object: {}, names: [], values: [], types: 0 };
