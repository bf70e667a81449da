import { isObject } from '@flaghoist/core/json';
import { truthTelling } from './operators.ts';
import { at, type Place } from './place.ts';

/** A value that targeting may answer with. */
export interface Result {
  /** `bucket`: drawn by lot. `literal`: written down. `truth`: true or false. `computed`: anything. */
  readonly kind: 'literal' | 'bucket' | 'truth' | 'computed';
  /** The value itself; the operator of what is computed. */
  readonly value: unknown;
  readonly place: Place;
}

export type Evaluators = Readonly<Record<string, unknown>>;

/** Finds all that targeting may answer with. Each shared evaluator is looked at once. */
export class ResultWalk {
  readonly results: Result[] = [];
  readonly #evaluators: Evaluators;
  readonly #evaluatorsAt: Place;
  readonly #seen = new Set<string>();

  constructor(evaluators: Evaluators, evaluatorsAt: Place) {
    this.#evaluators = evaluators;
    this.#evaluatorsAt = evaluatorsAt;
  }

  visit(value: unknown, place: Place): void {
    if (!isObject(value)) {
      this.results.push({ kind: 'literal', value, place });
      return;
    }
    const members = Object.keys(value);
    const [operator] = members;
    if (operator === undefined || members.length > 1) return;
    this.#operation(operator, value[operator], place);
  }

  #operation(operator: string, operand: unknown, place: Place): void {
    const inside = at(place, operator);
    const args: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    if (operator === 'if') this.#branches(args, inside);
    else if (operator === 'and' || operator === 'or') {
      for (const [index, arg] of args.entries()) this.visit(arg, at(inside, index));
    } else if (operator === 'fractional') this.#buckets(args, inside);
    else if (operator === '$ref') this.#evaluator(operand);
    else {
      const kind = truthTelling.has(operator) ? 'truth' : 'computed';
      this.results.push({ kind, value: operator, place });
    }
  }

  /** Condition, result, condition, result, …, result. Without the last one the answer is null: the default variant. */
  #branches(args: readonly unknown[], place: Place): void {
    for (let index = 1; index < args.length; index += 2) this.visit(args[index], at(place, index));
    const last = args.length - 1;
    if (last % 2 === 0) this.visit(args[last], at(place, last));
  }

  #buckets(args: readonly unknown[], place: Place): void {
    for (const { answer, index } of bucketsOf(args)) {
      const inside = at(at(place, index), 0);
      if (isObject(answer)) this.visit(answer, inside);
      else this.results.push({ kind: 'bucket', value: answer, place: inside });
    }
  }

  #evaluator(name: unknown): void {
    if (typeof name !== 'string' || !Object.hasOwn(this.#evaluators, name) || this.#seen.has(name)) return;
    this.#seen.add(name);
    this.visit(this.#evaluators[name], at(this.#evaluatorsAt, name));
  }
}

/** The name that flagd makes of an answer, where it makes one: of true and of 1 too. */
export const nameOfAnswer = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : null;
};

/** A part of those among whom a lot is drawn. */
export interface Bucket {
  readonly answer: unknown;
  /** Its place among the arguments. */
  readonly index: number;
  /** From 0 to 1; `null` when a weight is computed: then it may grow to be the whole. */
  readonly share: number | null;
}

/** The buckets among the arguments of a `fractional`. */
export const bucketsOf = (args: readonly unknown[]): readonly Bucket[] => {
  let total = 0;
  for (const arg of args) if (Array.isArray(arg)) total += weightOf(arg) ?? Number.NaN;
  return args.flatMap((arg, index) => {
    if (!Array.isArray(arg) || arg.length === 0) return [];
    const share = (weightOf(arg) ?? Number.NaN) / total;
    return [{ answer: arg[0], index, share: Number.isFinite(share) ? share : null }];
  });
};

/** The weight of a bucket `[variant, weight]`, 1 when there is none; `null` when it is computed, or no weight at all. */
export const weightOf = (bucket: readonly unknown[]): number | null => {
  const [, weight] = bucket;
  if (bucket.length === 1) return 1;
  return typeof weight === 'number' && Number.isFinite(weight) ? Math.max(0, weight) : null;
};
