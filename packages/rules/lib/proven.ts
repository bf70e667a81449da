import { audienceSchema } from '@flaghoist/core/audience';
import { digestOf } from '@flaghoist/core/canonical-json';
import type { Envelope } from '@flaghoist/core/envelope';
import { own } from '@flaghoist/core/json';
import * as z from 'zod/mini';
import { type Assumptions, reachOf } from './targeting/reach.ts';
import { targetingOf } from './targeting/targeting.ts';

const share = z.number().check(z.gte(0), z.lte(1));

/** What the newest revision that every region has proven shows to whom: a step is judged from there. */
export const provenSchema = z.object({
  /** Epoch milliseconds. */
  acceptedAt: z.int(),
  offVariant: z.nullable(z.string()),
  audience: audienceSchema,
  /** `ruleDigestOf` it. */
  rule: z.string(),
  /** The share of callers that gets each variant at the moment of the next change, from 0 to 1. */
  reach: z.array(z.object({ variant: z.string(), atLeast: share, atMost: share })),
});
export type Proven = z.output<typeof provenSchema>;

/** The digest of all that decides who gets which variant. */
export const ruleDigestOf = ({ document, source }: Pick<Envelope, 'document' | 'source'>): string => {
  if (document === null) return digestOf(null);
  const { evaluators, usedEvaluators } = targetingOf(document, source);
  const member = (name: string): unknown => own(document, name) ?? null;
  return digestOf([
    member('state'),
    member('defaultVariant'),
    member('targeting'),
    usedEvaluators.map((name) => [name, evaluators[name]]),
  ]);
};

/** No rule lets a flag have more variants. */
const MAX_KEPT = 50;

/** What home seals as the fact `proven`. @param now when the next change is accepted, in epoch milliseconds */
export const provenOf = (envelope: Envelope, now: number, listed: Assumptions['listed']): Proven => {
  const { document, source, at, offVariant, audience } = envelope;
  const { evaluators } = targetingOf(document, source);
  const reach = reachOf(document, evaluators, { listed, at: Math.floor(now / 1_000) });
  return {
    acceptedAt: at.accepted,
    offVariant,
    audience,
    rule: ruleDigestOf(envelope),
    reach: [...reach].slice(0, MAX_KEPT).map(([variant, { atLeast, atMost }]) => ({ variant, atLeast, atMost })),
  };
};
