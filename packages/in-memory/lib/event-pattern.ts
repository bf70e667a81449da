import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject } from '@flaghoist/core/json';
import * as z from 'zod/mini';

type Leaf = string | number | boolean | null;

/** The part of EventBridge's pattern language that the product uses: exact values, nested. */
export interface EventPattern {
  readonly [field: string]: readonly Leaf[] | EventPattern;
}

const leafSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const patternSchema: z.ZodMiniType<EventPattern> = z.lazy(() =>
  z.record(z.string(), z.union([z.array(leafSchema).check(z.minLength(1)), patternSchema])),
);

/**
 * Reads a rule's pattern.
 *
 * @throws InvalidInputError for anything but nested lists of exact values, operators such as `prefix` included
 */
export const parsePattern = (value: unknown): EventPattern => {
  const parsed = z.safeParse(patternSchema, value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
  throw new InvalidInputError('event pattern', places, 'Use lists of exact values; operators are not supported here.');
};

const isLeaf = (value: unknown): value is Leaf =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const allows = (allowed: readonly Leaf[], value: unknown): boolean =>
  Array.isArray(value) ? value.some((each) => allows(allowed, each)) : isLeaf(value) && allowed.includes(value);

/** Every field of the pattern must match; a list in the event matches when one of its values does. */
export const matches = (pattern: EventPattern, event: unknown): boolean => {
  if (!isObject(event)) return false;
  return Object.entries(pattern).every(([field, wanted]) =>
    isList(wanted) ? allows(wanted, event[field]) : matches(wanted, event[field]),
  );
};

const isList = (wanted: readonly Leaf[] | EventPattern): wanted is readonly Leaf[] => Array.isArray(wanted);
