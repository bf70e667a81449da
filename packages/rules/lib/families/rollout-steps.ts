import { type Examples, exampleBefore, type Patch, withDocument, withFacts } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import type { Policy } from '../policy.ts';
import { type AnyRule, broken, fine, onChange, type Subject } from '../rule.ts';
import { reachOf, type Summary } from '../summary.ts';
import { bucketWeight, byText, rolloutsOf, variantOf } from '../targeting/rollouts.ts';
import { drawable, drawing, each, placeIn, totalOf } from './rollout.ts';

const readableRollouts = [...drawable, 'FH-ROLLOUT-04'];

interface Widening {
  readonly variant: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The variants that more callers may get than before, in percent. Only where callers are drawn, now or before: a switch of
 * the default variant is no rollout. The off variant may always grow.
 */
const wideningsOf = (subject: Subject, before: Summary | null): readonly Widening[] => {
  const { document, envelope, targeting } = subject;
  subject.spend(targeting.operations.length + targeting.results.length);
  if (rolloutsOf(targeting).length === 0 && (before?.rollouts.length ?? 0) === 0) return [];
  const earlier = new Map(before?.reach.map(({ variant, percent }) => [variant, percent]));
  return [...reachOf(document, targeting)]
    .map(([variant, to]) => ({ variant, from: earlier.get(variant) ?? 0, to }))
    .filter(({ variant, from, to }) => variant !== envelope.offVariant && to > from);
};

/** flagd draws by the targeting key where a rollout names nothing. */
const expression = (by: string): string => (by === '' ? 'the targeting key' : show(by));

const percent = (share: number): string => `${Number(share.toFixed(3))} %`;

/** How a rollout may go on from where it was. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-ROLLOUT-11',
    title: 'A rollout keeps telling callers apart in the same way',
    rationale: 'Another attribute draws everybody anew: customers who had the new terms are back on the old ones.',
    appliesTo: ['updated'],
    needs: ['before'],
    after: [...readableRollouts, 'FH-SAFE-03', 'FH-SAFE-04'],
    check: each((rollout, subject: Subject<'before'>, index) => {
      const earlier = subject.facts.before?.rollouts[index];
      if (earlier === undefined || earlier.by === byText(rollout)) return fine;
      return broken(
        placeIn(rollout),
        `It tells callers apart by ${expression(byText(rollout))}; before, by ${expression(earlier.by)}.`,
        'Keep the expression until the rollout is at 0 or 100 percent, and change it then.',
      );
    }),
  }),
  onChange({
    id: 'FH-ROLLOUT-12',
    title: 'A rollout widens by small steps',
    rationale:
      'Small steps bound the harm: in 2024 one update that went to all machines at once stopped 8.5 million of them.',
    needs: ['before', 'policy'],
    after: readableRollouts,
    check: (subject) => {
      const { before, policy } = subject.facts;
      return wideningsOf(subject, before)
        .filter(({ from, to }) => to - from > policy.maxRolloutStepPercent)
        .flatMap(({ variant, from, to }) =>
          broken(
            '/document/targeting',
            `The variant ${show(variant)} goes from ${percent(from)} to ${percent(to)}; a step may be at most ${percent(policy.maxRolloutStepPercent)}.`,
            'Take a smaller step, and the next one when this one is proven.',
          ),
        );
    },
  }),
  onChange({
    id: 'FH-ROLLOUT-13',
    title: 'A rollout stops only at agreed shares',
    rationale: 'Support and risk have prepared for 1, 5, 25 percent; sample sizes and limits are computed for these.',
    needs: ['policy'],
    after: readableRollouts,
    check: each((rollout, subject: Subject<'policy'>) => {
      const { rolloutSteps } = subject.facts.policy;
      const total = totalOf(rollout);
      if (rolloutSteps.length === 0 || total === null) return fine;
      return rollout.buckets.flatMap((bucket, index) => {
        const share = ((bucketWeight(bucket) ?? 0) / total) * 100;
        const agreed = [0, 100, ...rolloutSteps].some((step) => Math.abs(step - share) < 1e-9);
        if (agreed || variantOf(bucket) === subject.envelope.offVariant) return [];
        return broken(
          placeIn(rollout, rollout.first + index),
          `The share is ${percent(share)}; expected one of ${rolloutSteps.join(', ')} %.`,
          'Take the nearest of these shares.',
        );
      });
    }),
  }),
  onChange({
    id: 'FH-ROLLOUT-14',
    title: 'A rollout widens from what is proven',
    rationale:
      'If the last step is not known to have arrived in every cache, its silence says nothing about how it works.',
    needs: ['before', 'current', 'knownGood', 'policy'],
    after: readableRollouts,
    check: (subject) => {
      const { before, current, knownGood, policy } = subject.facts;
      if (!policy.widenFromKnownGoodOnly || current === null) return fine;
      if (knownGood?.envelopeDigest === current.envelopeDigest) return fine;
      return wideningsOf(subject, before).flatMap(({ variant, from, to }) =>
        broken(
          '/document/targeting',
          `The variant ${show(variant)} goes from ${percent(from)} to ${percent(to)}; the revision before is not proven in every region yet.`,
          'Wait until the revision before is verified.',
        ),
      );
    },
  }),
  onChange({
    id: 'FH-ROLLOUT-15',
    title: 'A share bakes before it widens',
    rationale: 'What goes wrong shows after a while: in nightly batches, in settlements, in calls to support.',
    needs: ['before', 'policy'],
    after: readableRollouts,
    check: (subject) => {
      const { before, policy } = subject.facts;
      if (before === null || before.rollouts.length === 0) return fine;
      const served = (subject.envelope.at.accepted - before.acceptedAt) / 1000;
      if (served >= policy.minBakeSeconds) return fine;
      return wideningsOf(subject, before).flatMap(({ variant, from, to }) =>
        broken(
          '/document/targeting',
          `The variant ${show(variant)} goes from ${percent(from)} to ${percent(to)} after ${served} s; expected ${policy.minBakeSeconds} s at each share.`,
          'Wait, watch the metrics, and propose again.',
        ),
      );
    },
  }),
  onChange({
    id: 'FH-ROLLOUT-16',
    title: 'Buckets keep their order',
    rationale:
      'flagd lays them one behind the other over the hash: swapped, they exchange their customers at the same shares.',
    appliesTo: ['updated'],
    needs: ['before'],
    after: readableRollouts,
    check: each((rollout, subject: Subject<'before'>, index) => {
      const earlier = subject.facts.before?.rollouts[index]?.variants ?? [];
      const now = rollout.buckets.map((bucket) => variantOf(bucket) ?? '');
      subject.spend(now.length * earlier.length);
      const kept = earlier.filter((name) => now.includes(name));
      const order = now.filter((name) => earlier.includes(name));
      if (order.every((name, index) => name === kept[index])) return fine;
      return broken(
        placeIn(rollout),
        `The buckets are in the order ${order.join(', ')}; before, ${kept.join(', ')}.`,
        'Put them into the order they had, and change the weights only.',
      );
    }),
  }),
];

/** An update of a rollout at 10 percent. */
const widening = (to: number, policy: Partial<Policy>, before: Partial<Summary> = {}): Patch => ({
  ...drawing(['on', to], ['off', 100 - to]),
  ...withFacts({
    before: {
      ...exampleBefore,
      reach: [
        { variant: 'on', percent: 10 },
        { variant: 'off', percent: 90 },
      ],
      rollouts: [{ by: '', variants: ['on', 'off'] }],
      ...before,
    },
    policy: { version: 1, ...policy },
  }),
});

const unproven = (patch: Patch): Patch => ({ ...patch, evidence: { ...patch.evidence, knownGood: null } });

export const examples = (): Examples => ({
  'FH-ROLLOUT-11': {
    failing: widening(10, {}, { rollouts: [{ by: '{"var":"email"}', variants: ['on', 'off'] }] }),
    passing: widening(10, {}),
  },
  'FH-ROLLOUT-12': {
    failing: {
      ...widening(10, { maxRolloutStepPercent: 25 }),
      ...withDocument({ targeting: {}, defaultVariant: 'on' }),
    },
    passing: widening(35, { maxRolloutStepPercent: 25 }),
  },
  'FH-ROLLOUT-13': {
    failing: widening(15, { rolloutSteps: [1, 5, 25] }),
    passing: widening(25, { rolloutSteps: [1, 5, 25] }),
  },
  'FH-ROLLOUT-14': {
    failing: unproven(widening(11, { widenFromKnownGoodOnly: true })),
    passing: unproven(widening(9, { widenFromKnownGoodOnly: true })),
  },
  'FH-ROLLOUT-15': {
    failing: widening(11, { minBakeSeconds: 3_600 }, { acceptedAt: 1_760_000_000_250 - 3_599_999 }),
    passing: widening(11, { minBakeSeconds: 3_600 }, { acceptedAt: 1_760_000_000_250 - 3_600_000 }),
  },
  'FH-ROLLOUT-16': {
    failing: widening(10, {}, { rollouts: [{ by: '', variants: ['off', 'on'] }] }),
    passing: widening(10, {}, { rollouts: [{ by: '', variants: ['on', 'half', 'off'] }] }),
  },
});
