import {
  type Examples,
  exampleBefore,
  exampleProven,
  type Patch,
  withDocument,
  withFacts,
} from '../examples/envelope.ts';
import {
  type ExposureFacts,
  exposureOf,
  isExperiment,
  isShown,
  safeVariantOf,
  showPercent,
  showSteps,
} from '../exposure.ts';
import { show } from '../pointer.ts';
import type { Policy } from '../policy.ts';
import type { Proven } from '../proven.ts';
import { type AnyRule, broken, fine, onChange, type Subject } from '../rule.ts';
import type { Summary } from '../summary.ts';
import { bucketWeight, byText, variantOf } from '../targeting/rollouts.ts';
import { drawable, drawing, each, placeIn, reachable, totalOf } from './rollout.ts';

const readableRollouts = [...drawable, 'FH-ROLLOUT-04'];

/** flagd draws by the targeting key where a rollout names nothing. */
const expression = (by: string): string => (by === '' ? 'the targeting key' : show(by));

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
    id: 'FH-ROLLOUT-13',
    title: 'A rollout stops only at agreed shares',
    rationale:
      'Support and risk have prepared for 1, 5, 25 percent. An experiment has the shares that its statistics need.',
    changed: { version: 2 },
    needs: ['policy'],
    after: reachable,
    check: each((rollout, subject: Subject<'policy'>) => {
      const { rolloutSteps } = subject.facts.policy;
      const total = totalOf(rollout);
      if (rolloutSteps.length === 0 || total === null || isExperiment(subject)) return fine;
      return rollout.buckets.flatMap((bucket, index) => {
        const share = ((bucketWeight(bucket) ?? 0) / total) * 100;
        const agreed = [0, 100, ...rolloutSteps].some((step) => Math.abs(step - share) < 1e-9);
        if (agreed || variantOf(bucket) === subject.envelope.offVariant) return [];
        return broken(
          placeIn(rollout, rollout.first + index),
          `The share is ${showPercent(share)}; expected one of ${rolloutSteps.join(', ')} %.`,
          'Take the nearest of these shares.',
        );
      });
    }),
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
  onChange<ExposureFacts>({
    id: 'FH-ROLLOUT-17',
    title: 'What is new is shown to more callers by small steps',
    rationale:
      'Small steps bound the harm, whether by lot, by list or by default: in 2024 one update that went to all machines at once stopped 8.5 million of them.',
    since: 2,
    needs: ['before', 'policy', 'proven', 'serviceCount'],
    after: reachable,
    check: (subject) => {
      const { policy } = subject.facts;
      const exposure = exposureOf(subject);
      const becomesOff = exposure.steps.some((step) => step.becomesOff);
      const limit =
        isExperiment(subject, safeVariantOf(subject)) && !becomesOff
          ? policy.maxExperimentStepPercent
          : policy.maxRolloutStepPercent;
      if (exposure.percent <= limit + 1e-9) return fine;
      return broken(
        '/document/targeting',
        `At most ${showPercent(exposure.percent)} of callers see what the proven revision did not show them: ${showSteps(exposure)}; a step may be at most ${showPercent(limit)}.`,
        'Draw a smaller share first: { "fractional": [["on", 5], ["off", 95]] }, and take the next step when this one is proven.',
      );
    },
  }),
  onChange<ExposureFacts | 'current' | 'knownGood'>({
    id: 'FH-ROLLOUT-18',
    title: 'More is shown only from what is proven',
    rationale:
      'If the last step is not known to have arrived in every cache, its silence says nothing about how it works.',
    since: 2,
    needs: ['before', 'current', 'knownGood', 'policy', 'proven', 'serviceCount'],
    after: reachable,
    check: (subject) => {
      const { current, knownGood, policy } = subject.facts;
      if (!policy.widenFromKnownGoodOnly || current === null || current.flagState === 'archived') return fine;
      if (knownGood?.envelopeDigest === current.envelopeDigest) return fine;
      const exposure = exposureOf(subject);
      if (exposure.percent === 0) return fine;
      return broken(
        '/document/targeting',
        `The revision before is not proven in every region yet, and more is shown: ${showSteps(exposure)}.`,
        'Wait until the revision before is verified.',
      );
    },
  }),
  onChange<ExposureFacts>({
    id: 'FH-ROLLOUT-19',
    title: 'What is shown bakes before more callers see it',
    rationale: 'What goes wrong shows after a while: in nightly batches, in settlements, in calls to support.',
    since: 2,
    needs: ['before', 'policy', 'proven', 'serviceCount'],
    after: reachable,
    check: (subject) => {
      const { policy, proven } = subject.facts;
      if (proven === null || !isShown(subject)) return fine;
      const served = (subject.envelope.at.accepted - proven.acceptedAt) / 1000;
      if (served >= policy.minBakeSeconds) return fine;
      const exposure = exposureOf(subject);
      if (exposure.percent === 0) return fine;
      return broken(
        '/document/targeting',
        `More is shown after ${served} s; expected ${policy.minBakeSeconds} s at each share: ${showSteps(exposure)}.`,
        'Wait, watch the metrics, and propose again.',
      );
    },
  }),
];

const shown = (share: number): Pick<Proven, 'reach'> => ({
  reach: [
    { variant: 'on', atLeast: share, atMost: share },
    { variant: 'off', atLeast: 1 - share, atMost: 1 - share },
  ],
});

/** An update of a rollout at 10 percent. */
const widening = (
  to: number,
  policy: Partial<Policy>,
  before: Partial<Summary> = {},
  proven: Partial<Proven> = {},
): Patch => ({
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
    proven: { ...exampleProven, ...shown(0.1), ...proven },
    policy: { version: 1, ...policy },
  }),
});

const unproven = (patch: Patch): Patch => ({ ...patch, evidence: { ...patch.evidence, knownGood: null } });

export const examples = (): Examples => ({
  'FH-ROLLOUT-11': {
    failing: widening(10, {}, { rollouts: [{ by: '{"var":"email"}', variants: ['on', 'off'] }] }),
    passing: widening(10, {}),
  },
  'FH-ROLLOUT-13': {
    failing: widening(15, { rolloutSteps: [1, 5, 25] }),
    passing: widening(25, { rolloutSteps: [1, 5, 25] }),
  },
  'FH-ROLLOUT-16': {
    failing: widening(10, {}, { rollouts: [{ by: '', variants: ['off', 'on'] }] }),
    passing: widening(10, {}, { rollouts: [{ by: '', variants: ['on', 'half', 'off'] }] }),
  },
  'FH-ROLLOUT-17': {
    failing: {
      ...widening(10, { maxRolloutStepPercent: 25 }),
      ...withDocument({ targeting: {}, defaultVariant: 'on' }),
    },
    passing: widening(35, { maxRolloutStepPercent: 25 }),
  },
  'FH-ROLLOUT-18': {
    failing: unproven(widening(11, { widenFromKnownGoodOnly: true })),
    passing: unproven(widening(9, { widenFromKnownGoodOnly: true })),
  },
  'FH-ROLLOUT-19': {
    failing: widening(11, { minBakeSeconds: 3_600 }, {}, { acceptedAt: 1_760_000_000_250 - 3_599_999 }),
    passing: widening(11, { minBakeSeconds: 3_600 }, {}, { acceptedAt: 1_760_000_000_250 - 3_600_000 }),
  },
});
