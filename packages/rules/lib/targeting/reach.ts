import { isObject, own } from '@flaghoist/core/json';
import { bucketsOf, nameOfAnswer } from './results.ts';

/** At least and at most this share of callers, from 0 to 1. Who calls is not known, so most shares are a range. */
export interface Share {
  readonly atLeast: number;
  readonly atMost: number;
}

export type Reach = ReadonlyMap<string, Share>;

export interface Assumptions {
  /** The largest share of callers that an equality, or a list that is written down, is taken to hold for. */
  readonly listed: number;
  /** The time of evaluation, in seconds since 1970; left out for any time. */
  readonly at?: number;
}

const ALL: Share = { atLeast: 1, atMost: 1 };
const NONE: Share = { atLeast: 0, atMost: 0 };
const ANY: Share = { atLeast: 0, atMost: 1 };

const not = ({ atLeast, atMost }: Share): Share => ({ atLeast: 1 - atMost, atMost: 1 - atLeast });

/** Those in both, when nothing is known of how the two hang together (Fréchet's bounds). */
const both = (a: Share, b: Share): Share => ({
  atLeast: Math.max(0, a.atLeast + b.atLeast - 1),
  atMost: Math.min(a.atMost, b.atMost),
});

const either = (a: Share, b: Share): Share => ({
  atLeast: Math.max(a.atLeast, b.atLeast),
  atMost: Math.min(1, a.atMost + b.atMost),
});

const equal = new Set(['==', '===']);
const holding = new Set(['starts_with', 'ends_with']);
const unequal = new Set(['!=', '!==']);

/** A value that only who sends it has. What is left out counts as null, and for some comparisons as 0, false or empty. */
const isSent = (value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && Boolean(value);
/** A part that tells texts apart: a sign such as @ is in every address. */
const isTelling = (part: unknown): boolean => typeof part === 'string' && /[\p{L}\p{N}]/u.test(part);
/** An attribute alone: with a default, who leaves it out has that; what is computed may be the same for all. */
const isAttribute = (value: unknown): boolean => {
  const name = isObject(value) ? own(value, 'var') : undefined;
  return typeof name === 'string' || (Array.isArray(name) && name.length === 1);
};
const isTime = (value: unknown): boolean => isObject(value) && [own(value, 'var')].flat()[0] === '$flagd.timestamp';

const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const MAX_DEPTH = 64;

class ReachWalk {
  readonly reach = new Map<string, Share>();
  readonly #fallback: unknown;
  readonly #evaluators: Readonly<Record<string, unknown>>;
  readonly #assumed: Assumptions;
  /** Whether a shared evaluator is looked at. One that refers to another is refused: here, it may hold for anybody. */
  #within = false;

  constructor(fallback: unknown, evaluators: Readonly<Record<string, unknown>>, assumed: Assumptions) {
    this.#fallback = fallback;
    this.#evaluators = evaluators;
    this.#assumed = assumed;
  }

  visit(node: unknown, share: Share, depth = 0): void {
    if (depth > MAX_DEPTH) return;
    if (!isObject(node)) {
      this.#add(node ?? this.#fallback, share);
      return;
    }
    const [operator = ''] = Object.keys(node);
    const operand = node[operator];
    const args: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    if (operator === 'if') this.#branches(args, share, depth);
    else if (operator === 'fractional') this.#buckets(args, share, depth);
    else if (operator === '$ref') this.#inShared(operand, (rule) => this.visit(rule, share, depth + 1));
    else if (operator === 'and' || operator === 'or')
      for (const arg of args) this.visit(arg, both(share, ANY), depth + 1);
    else {
      const holds = this.shareOf(node, depth + 1);
      this.#add(true, both(share, holds));
      this.#add(false, both(share, not(holds)));
    }
  }

  #add(answer: unknown, share: Share): void {
    const name = nameOfAnswer(answer);
    if (name === null) return;
    // Answers of one flag exclude each other, so their shares add up.
    const before = this.reach.get(name) ?? NONE;
    const sum = before.atMost + share.atMost;
    this.reach.set(name, { atLeast: before.atLeast + share.atLeast, atMost: Math.min(1, sum) });
  }

  #branches(args: readonly unknown[], share: Share, depth: number): void {
    let rest = share;
    for (let index = 0; index + 1 < args.length; index += 2) {
      const holds = this.shareOf(args[index], depth + 1);
      this.visit(args[index + 1], both(rest, holds), depth + 1);
      rest = both(rest, not(holds));
    }
    this.visit(args.length % 2 === 1 ? args.at(-1) : null, rest, depth + 1);
  }

  /** A lot falls on everybody alike, whoever they are: a part of at least so many is exactly that part. */
  #buckets(args: readonly unknown[], { atLeast, atMost }: Share, depth: number): void {
    for (const { answer, share } of bucketsOf(args)) {
      const part = share === null ? { atLeast: 0, atMost } : { atLeast: atLeast * share, atMost: atMost * share };
      this.visit(answer, part, depth + 1);
    }
  }

  #inShared<T>(name: unknown, look: (rule: unknown) => T): T | undefined {
    if (this.#within) return undefined;
    this.#within = true;
    const known = typeof name === 'string' && Object.hasOwn(this.#evaluators, name);
    const seen = look(known ? this.#evaluators[name] : undefined);
    this.#within = false;
    return seen;
  }

  /** For which share of all callers a condition holds. */
  shareOf(condition: unknown, depth: number): Share {
    if (depth > MAX_DEPTH) return ANY;
    if (!isObject(condition)) return condition ? ALL : NONE;
    const [operator = ''] = Object.keys(condition);
    const operand = condition[operator];
    const args: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    const share = (arg: unknown): Share => this.shareOf(arg, depth + 1);
    if (operator === '!') return not(share(args[0]));
    if (operator === '!!') return share(args[0]);
    if (operator === 'and') return args.map(share).reduce(both, ALL);
    if (operator === 'or') return args.map(share).reduce(either, NONE);
    if (operator === '$ref') return this.#inShared(operand, share) ?? ANY;
    if (args.some(isTime)) return this.#timed(operator, args);
    return this.#named(operator, args);
  }

  #named(operator: string, args: readonly unknown[]): Share {
    const listed: Share = { atLeast: 0, atMost: this.#assumed.listed };
    const [left, right] = args;
    const written = (isSent(left) && isAttribute(right)) || (isAttribute(left) && isSent(right));
    if (equal.has(operator) && written) return listed;
    if (unequal.has(operator) && written) return not(listed);
    if (holding.has(operator) && isAttribute(left) && isTelling(right)) return listed;
    if (operator !== 'in') return ANY;
    const inList = isAttribute(left) && Array.isArray(right) && right.every(isSent);
    const isPart = typeof left === 'string' ? isTelling(left) : isSent(left);
    return inList || (isPart && isAttribute(right)) ? listed : ANY;
  }

  #timed(operator: string, args: readonly unknown[]): Share {
    const { at } = this.#assumed;
    const holds = compare[operator];
    if (at === undefined || holds === undefined) return ANY;
    const times = args.map((arg) => (isTime(arg) ? at : arg));
    if (!times.every((time) => typeof time === 'number')) return ANY;
    return times.every((time, index) => index === 0 || holds(times[index - 1] ?? 0, time)) ? ALL : NONE;
  }
}

/** Which share of callers may get each variant. Nobody gets one from a disabled flag: there each caller has its own default. */
export const reachOf = (
  document: Readonly<Record<string, unknown>> | null,
  evaluators: Readonly<Record<string, unknown>>,
  assumed: Assumptions,
): Reach => {
  if (document === null || own(document, 'state') === 'DISABLED') return new Map();
  const targeting = own(document, 'targeting');
  const walk = new ReachWalk(own(document, 'defaultVariant'), evaluators, assumed);
  const isRule = isObject(targeting) && Object.keys(targeting).length > 0;
  walk.visit(isRule ? targeting : null, ALL);
  return walk.reach;
};
