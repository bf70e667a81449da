import { isObject } from '@flaghoist/core/json';
import { truthTelling } from './operators.ts';
import { at, type Place } from './place.ts';

/** A value that targeting may answer with. */
export interface Result {
  /** `bucket`: drawn by lot. `literal`: written down. `truth`: true or false. `computed`: anything. */
  readonly kind: 'literal' | 'bucket' | 'truth' | 'computed';
  /** The value itself; the operator of what is computed. */
  readonly value: unknown;
  /** At most this share of callers, in percent; 100 wherever no lot is drawn. */
  readonly percent: number;
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

  visit(value: unknown, place: Place, percent: number): void {
    if (!isObject(value)) {
      this.results.push({ kind: 'literal', value, percent, place });
      return;
    }
    const members = Object.keys(value);
    const [operator] = members;
    if (operator === undefined || members.length > 1) return;
    this.#operation(operator, value[operator], place, percent);
  }

  #operation(operator: string, operand: unknown, place: Place, percent: number): void {
    const inside = at(place, operator);
    const args: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    if (operator === 'if') this.#branches(args, inside, percent);
    else if (operator === 'and' || operator === 'or') {
      for (const [index, arg] of args.entries()) this.visit(arg, at(inside, index), percent);
    } else if (operator === 'fractional') this.#buckets(args, inside, percent);
    else if (operator === '$ref') this.#evaluator(operand, percent);
    else {
      const kind = truthTelling.has(operator) ? 'truth' : 'computed';
      this.results.push({ kind, value: operator, percent, place });
    }
  }

  /** Condition, result, condition, result, …, result. Without the last one the answer is null: the default variant. */
  #branches(args: readonly unknown[], place: Place, percent: number): void {
    for (let index = 1; index < args.length; index += 2) this.visit(args[index], at(place, index), percent);
    const last = args.length - 1;
    if (last % 2 === 0) this.visit(args[last], at(place, last), percent);
  }

  #buckets(args: readonly unknown[], place: Place, percent: number): void {
    let total = 0;
    for (const arg of args) if (Array.isArray(arg)) total += weightOf(arg) ?? Number.NaN;
    for (const [index, arg] of args.entries()) {
      if (!Array.isArray(arg) || arg.length === 0) continue;
      const share = ((weightOf(arg) ?? Number.NaN) / total) * percent;
      // A weight that is computed may grow to be the whole.
      const bucketPercent = Number.isFinite(share) ? share : percent;
      const inside = at(at(place, index), 0);
      if (isObject(arg[0])) this.visit(arg[0], inside, bucketPercent);
      else this.results.push({ kind: 'bucket', value: arg[0], percent: bucketPercent, place: inside });
    }
  }

  #evaluator(name: unknown, percent: number): void {
    if (typeof name !== 'string' || !Object.hasOwn(this.#evaluators, name) || this.#seen.has(name)) return;
    this.#seen.add(name);
    this.visit(this.#evaluators[name], at(this.#evaluatorsAt, name), percent);
  }
}

/** The name that flagd makes of an answer, where it makes one: of true and of 1 too. */
export const nameOfAnswer = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : null;
};

/** The weight of a bucket `[variant, weight]`, 1 when there is none; `null` when it is computed, or no weight at all. */
export const weightOf = (bucket: readonly unknown[]): number | null => {
  const [, weight] = bucket;
  if (bucket.length === 1) return 1;
  return typeof weight === 'number' && Number.isFinite(weight) ? Math.max(0, weight) : null;
};
