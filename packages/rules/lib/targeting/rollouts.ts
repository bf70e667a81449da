import { canonicalJson } from '@flaghoist/core/canonical-json';
import type { Operation } from './operations.ts';
import { nameOfAnswer, weightOf } from './results.ts';
import type { Targeting } from './targeting.ts';

/** A `fractional`: who is drawn into which bucket. */
export interface Rollout {
  readonly operation: Operation;
  /** The attribute that assigns callers to buckets; `undefined` is flagd's default, flag key and targeting key. */
  readonly by: unknown;
  /** The place of the first bucket among the arguments. */
  readonly first: number;
  readonly buckets: readonly unknown[];
}

export const rolloutsOf = ({ operations }: Pick<Targeting, 'operations'>): readonly Rollout[] =>
  operations
    .filter(({ operator }) => operator === 'fractional')
    .map((operation) => {
      const { args } = operation;
      const first = Array.isArray(args[0]) ? 0 : 1;
      return { operation, by: first === 0 ? undefined : args[0], first, buckets: args.slice(first) };
    });

/** The same text for the same way to tell callers apart; empty for flagd's own. */
export const byText = ({ by }: Pick<Rollout, 'by'>): string => (by === undefined ? '' : canonicalJson(by));

/** A bucket's variant; `null` when it is computed, or the default one. */
export const variantOf = (bucket: unknown): string | null => (Array.isArray(bucket) ? nameOfAnswer(bucket[0]) : null);

/** A bucket's weight; `null` when it is computed. */
export const bucketWeight = (bucket: unknown): number | null => (Array.isArray(bucket) ? weightOf(bucket) : null);
