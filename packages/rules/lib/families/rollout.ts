import { isObject } from '@flaghoist/core/json';
import { type Examples, type Patch, withDocument } from '../examples/envelope.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, type Subject, standing } from '../rule.ts';
import { at, pointerOf } from '../targeting/place.ts';
import { nameOfAnswer } from '../targeting/results.ts';
import { bucketWeight, type Rollout, rolloutsOf } from '../targeting/rollouts.ts';
import { readable } from './targeting.ts';
import { oneOf, variantsOf } from './variants.ts';

/** The largest sum of weights that flagd’s 32-bit arithmetic can draw from. */
const MAX_TOTAL = 2 ** 31 - 1;

/** Rollouts can be read once the operators around them are known. */
export const drawable = [...readable, 'FH-TARGET-03', 'FH-TARGET-04', 'FH-TARGET-05'];

/**
 * Who may get what can be told once weights are known, and no shared evaluator contains another; and whether it is as before,
 * once canonical JSON has a form for it.
 */
export const reachable = [...drawable, 'FH-ROLLOUT-04', 'FH-PREREQ-11', 'FH-VARIANT-01', 'FH-SAFE-03', 'FH-SAFE-04'];

/** Where the rollout stands, or a part of its arguments. */
export const placeIn = ({ operation }: Rollout, ...parts: number[]): string =>
  pointerOf(at(operation.place, operation.operator)) + pointerTo(...parts);

/** A check of each rollout, with its place among them. */
export const each =
  <S extends Pick<Subject, 'targeting' | 'spend'>>(
    check: (rollout: Rollout, subject: S, index: number) => readonly Finding[],
  ) =>
  (subject: S): readonly Finding[] => {
    const { operations } = subject.targeting;
    subject.spend(operations.length);
    return rolloutsOf(subject.targeting).flatMap((rollout, index) => {
      subject.spend(rollout.buckets.length);
      return check(rollout, subject, index);
    });
  };

const isBucket = (bucket: unknown): boolean => Array.isArray(bucket) && (bucket.length === 1 || bucket.length === 2);

/** The sum of the weights; `null` when one of them is computed. */
export const totalOf = ({ buckets }: Rollout): number | null =>
  buckets.reduce<number | null>((total, bucket) => {
    const weight = bucketWeight(bucket);
    return total === null || weight === null ? null : total + weight;
  }, 0);

/** What flagd’s `fractional` needs in order to draw at all, and the same in each language. */
export const standingRules: readonly AnyRule[] = [
  standing({
    id: 'FH-ROLLOUT-01',
    title: 'A rollout has buckets of a variant and a weight',
    rationale: 'Where flagd cannot read it, everybody gets the default variant while the dashboard says 10 %.',
    after: drawable,
    changed: { version: 2 },
    check: each((rollout) => {
      const { by, buckets, first } = rollout;
      if (by !== undefined && !isObject(by)) {
        return broken(
          placeIn(rollout, 0),
          `The rollout begins with ${show(by)}; expected a bucket, or how callers are told apart.`,
          'Begin with a bucket such as ["on", 10], or with { "var": "customerId" }.',
        );
      }
      if (buckets.length === 0) {
        return broken(
          placeIn(rollout),
          'The rollout has no bucket; expected one at least.',
          'Write buckets such as ["on", 10] and ["off", 90].',
        );
      }
      return buckets.flatMap((bucket, index) =>
        isBucket(bucket)
          ? []
          : broken(
              placeIn(rollout, first + index),
              `The bucket is ${show(bucket)}; expected a list of a variant and a weight.`,
              'Write the bucket as ["on", 10].',
            ),
      );
    }),
  }),
  standing({
    id: 'FH-ROLLOUT-02',
    title: 'Every bucket is a variant',
    rationale:
      'flagd fails for exactly those callers who are drawn into it: ten percent get an error that nobody can repeat.',
    after: [...drawable, 'FH-ROLLOUT-01', 'FH-VARIANT-01'],
    changed: { version: 2 },
    check: (subject) => {
      const variants = variantsOf(subject);
      return subject.targeting.results.flatMap(({ kind, value, place }) => {
        subject.spend();
        // null is the default variant.
        if (kind !== 'bucket' || value === null) return [];
        const name = nameOfAnswer(value);
        if (name !== null && Object.hasOwn(variants, name)) return [];
        return broken(
          pointerOf(place),
          `The bucket is ${show(value)}; ${oneOf(Object.keys(variants))}.`,
          'Name a variant of this flag.',
        );
      });
    },
  }),
  standing({
    id: 'FH-ROLLOUT-03',
    title: 'Weights are whole numbers of zero or more',
    rationale:
      'Evaluators disagree about fractions of a weight, and a negative one counts as none: nobody gets what is written.',
    after: [...drawable, 'FH-ROLLOUT-01'],
    check: each((rollout) =>
      rollout.buckets.flatMap((bucket, index) => {
        const weight: unknown = Array.isArray(bucket) && bucket.length > 1 ? bucket[1] : 1;
        if (isObject(weight) || (Number.isInteger(weight) && Number(weight) >= 0)) return [];
        return broken(
          placeIn(rollout, rollout.first + index, 1),
          `The weight is ${show(weight)}; expected a whole number of zero or more.`,
          typeof weight === 'number' && weight > 0
            ? 'Multiply all weights by ten for finer shares.'
            : 'Write a whole number; 0 for a bucket that nobody is drawn into.',
        );
      }),
    ),
  }),
  standing({
    id: 'FH-ROLLOUT-04',
    title: 'Weights add up to something that can be drawn from',
    rationale:
      'flagd draws from a sum of at least 1 and at most 2147483647: with any other, everybody gets the default variant.',
    after: [...drawable, 'FH-ROLLOUT-03'],
    check: each((rollout) => {
      const total = totalOf(rollout);
      if (total === null || (total > 0 && total <= MAX_TOTAL)) return fine;
      return broken(
        placeIn(rollout),
        `The weights add up to ${total}; expected from 1 to ${MAX_TOTAL}.`,
        'Give weights that add up to 100.',
      );
    }),
  }),
];

/** A rollout with these arguments. */
export const drawing = (...args: unknown[]): Patch => withDocument({ targeting: { fractional: args } });

export const examples = (): Examples => ({
  'FH-ROLLOUT-01': { failing: drawing(['on', 10], []), passing: drawing(['on', 10], ['off', 90]) },
  'FH-ROLLOUT-02': { failing: drawing(['ON', 10], ['off', 90]), passing: drawing(['on', 10], ['off', 90]) },
  'FH-ROLLOUT-03': { failing: drawing(['on', 0.5], ['off', 99.5]), passing: drawing(['on', 5], ['off', 995]) },
  'FH-ROLLOUT-04': { failing: drawing(['on', 0], ['off', 0]), passing: drawing(['on', 0], ['off', 100]) },
});
