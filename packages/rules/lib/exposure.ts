import type { Audience } from '@flaghoist/core/audience';
import { said } from './metadata.ts';
import { show } from './pointer.ts';
import { ruleDigestOf } from './proven.ts';
import type { Subject } from './rule.ts';
import { valueDigestOf } from './summary.ts';
import { type Reach, reachOf } from './targeting/reach.ts';

export type ExposureFacts = 'before' | 'policy' | 'proven' | 'serviceCount';

/** That more callers may get a variant than are known to get it already. Percent of the callers of the audience. */
interface Step {
  readonly variant: string;
  /** At least so many get it in the newest proven revision. */
  readonly from: number;
  /** At most so many would get it. */
  readonly to: number;
  /** Whether this change makes it the off variant, which one kill gives to everybody. */
  readonly becomesOff: boolean;
}

/** How many callers may see a variant that the newest proven revision did not show them. */
export interface Exposure {
  /** Of the callers of the audience, at most. */
  readonly percent: number;
  readonly steps: readonly Step[];
}

export const showPercent = (share: number): string => `${Number(share.toFixed(3))} %`;

/** The steps for a message: both bounds of each. */
export const showSteps = ({ steps }: Exposure): string =>
  steps
    .map(
      ({ variant, from, to, becomesOff }) =>
        `${show(variant)} goes from at least ${showPercent(from)} to at most ${showPercent(to)}${becomesOff ? ', as the off variant' : ''}`,
    )
    .join(', ');

/** The share of the audience's services that had the flag before. */
const alreadyThere = (audience: Audience, before: Audience, serviceCount: number): number => {
  if (before === '*') return 1;
  if (audience === '*') return Math.min(1, before.length / Math.max(1, serviceCount));
  const had = new Set(before);
  return audience.length === 0 ? 1 : audience.filter((service) => had.has(service)).length / audience.length;
};

const reachNow = ({ document, targeting, facts }: Subject<'policy'>): Reach =>
  reachOf(document, targeting.evaluators, { listed: facts.policy.assumedShare });

/**
 * Judged by who may get what at most, against who gets it at least: who calls is not known. The off variant may always
 * grow. What this change makes the off variant counts as shown to everybody, because the next change may do that, or a kill: else
 * two changes would do at once what one may not. A rule that stays as it is shows nobody in the same services anything new.
 */
export const exposureOf = (subject: Subject<ExposureFacts>): Exposure => {
  const { envelope, facts } = subject;
  const { proven, serviceCount } = facts;
  subject.spend(subject.targeting.operations.length + subject.targeting.results.length);
  const kept = proven === null ? 0 : alreadyThere(envelope.audience, proven.audience, serviceCount);
  const unchanged = proven !== null && proven.rule === ruleDigestOf(envelope);
  const earlier = new Map(proven?.reach.map((share) => [share.variant, share]));
  const becoming = newOffVariantOf(subject);
  const reach = new Map([...reachNow(subject)].map(([variant, { atMost }]) => [variant, atMost]));
  const steps = [...new Set([...reach.keys(), ...(becoming === null ? [] : [becoming])])].flatMap((variant) => {
    const becomesOff = variant === becoming;
    if (variant === envelope.offVariant && !becomesOff) return [];
    const atMost = reach.get(variant) ?? 0;
    const known = unchanged && !becomesOff ? atMost : (earlier.get(variant)?.atLeast ?? 0);
    const [from, to] = [100 * kept * known, becomesOff ? 100 : 100 * atMost];
    // Shares are sums of fractions.
    return to - from > 1e-9 ? [{ variant, from, to, becomesOff }] : [];
  });
  const percent = steps.reduce((sum, { from, to }) => sum + to - from, 0);
  return { percent: Math.min(100, percent), steps };
};

/** What this change makes the off variant; `null` where that stays, or only its name changes. */
const newOffVariantOf = ({ envelope, facts: { before, proven } }: Subject<'before' | 'proven'>): string | null => {
  const { offVariant, document } = envelope;
  if (proven === null || document === null || offVariant === null || offVariant === proven.offVariant) return null;
  return before !== null && before.offValue === valueDigestOf(document, offVariant) ? null : offVariant;
};

/** What everybody may be given at once: the off variant, from before this change where there is a before. */
export const safeVariantOf = ({ envelope, facts: { proven } }: Subject<'proven'>): string | null =>
  proven?.offVariant ?? envelope.offVariant;

/** Whether the newest proven revision shows anybody more than the off variant. */
export const isShown = ({ facts: { proven } }: Subject<'proven'>): boolean =>
  proven?.reach.some(({ variant, atMost }) => variant !== proven.offVariant && atMost > 0) ?? false;

/** A comparison of variants: marked as one, and none of them is shown to more callers than an arm may have. */
export const isExperiment = (subject: Subject<'policy'>, safe = subject.envelope.offVariant): boolean => {
  const { metadata, facts } = subject;
  if (said(metadata, 'type') !== 'experiment') return false;
  const largest = facts.policy.maxExperimentArmPercent + 1e-9;
  return [...reachNow(subject)].every(([variant, { atMost }]) => variant === safe || 100 * atMost <= largest);
};
