import { isObject, own } from '@flaghoist/core/json';
import type { Operation } from './operations.ts';
import type { Place } from './place.ts';
import type { Targeting } from './targeting.ts';

/** A comparison of the time of evaluation with something. */
export interface TimeComparison {
  readonly operator: string;
  /** What it is compared with, and whether that is written down rather than computed. */
  readonly operand: unknown;
  readonly literal: boolean;
  /** The operand when it is a number; `null` otherwise. */
  readonly seconds: number | null;
  readonly place: Place;
}

const comparing: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '===', '!=', '!==']);

/** Whether a value is the variable in which flagd gives the time of evaluation, in seconds since 1970. */
const isTime = (value: unknown): boolean => {
  const name = isObject(value) ? own(value, 'var') : undefined;
  return name === '$flagd.timestamp' || (Array.isArray(name) && name[0] === '$flagd.timestamp');
};

const compare = ({ operator, place }: Operation, operand: unknown): TimeComparison => ({
  operator,
  operand,
  literal: typeof operand !== 'object' || operand === null,
  seconds: typeof operand === 'number' ? operand : null,
  place,
});

/** Every comparison with the time; one with two bounds, `{ "<": [a, time, b] }`, counts twice. */
export const comparisonsWithTime = ({ operations }: Pick<Targeting, 'operations'>): readonly TimeComparison[] =>
  operations.flatMap((operation) => {
    if (!comparing.has(operation.operator) || !operation.args.some(isTime)) return [];
    return operation.args.filter((arg) => !isTime(arg)).map((operand) => compare(operation, operand));
  });

interface TimeWindow {
  readonly place: Place;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** What one comparison says: not before, or not after. */
const boundOf = (value: unknown): { from?: number; to?: number } => {
  const [operator, operand] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  if (operator === undefined || !Array.isArray(operand) || operand.length !== 2) return {};
  const [left, right]: readonly unknown[] = operand;
  const [number, turned] = isTime(left) ? [right, false] : isTime(right) ? [left, true] : [undefined, false];
  if (typeof number !== 'number') return {};
  const after = operator === '>' || operator === '>=';
  if (!after && operator !== '<' && operator !== '<=') return {};
  return after !== turned ? { from: number } : { to: number };
};

/** Windows with both ends: `{ "and": [time >= a, time < b] }` and `{ "<": [a, time, b] }`. */
export const timeWindows = ({ operations }: Pick<Targeting, 'operations'>): readonly TimeWindow[] =>
  operations.flatMap(({ operator, args, place }) => {
    if (operator === 'and') {
      let from = Number.NEGATIVE_INFINITY;
      let to = Number.POSITIVE_INFINITY;
      for (const bound of args.map(boundOf)) {
        from = Math.max(from, bound.from ?? from);
        to = Math.min(to, bound.to ?? to);
      }
      return Number.isFinite(from) && Number.isFinite(to) ? [{ place, from, to }] : [];
    }
    if ((operator !== '<' && operator !== '<=') || args.length !== 3 || !isTime(args[1])) return [];
    const [from, , to] = args;
    return typeof from === 'number' && typeof to === 'number' ? [{ place, from, to }] : [];
  });
