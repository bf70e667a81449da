import { audienceSchema } from '@flaghoist/core/audience';
import { digestOf } from '@flaghoist/core/canonical-json';
import type { Envelope } from '@flaghoist/core/envelope';
import { isObject, own } from '@flaghoist/core/json';
import * as z from 'zod/mini';
import { moneyValuesOf, numberOf } from './money/values.ts';
import { pointerOf } from './targeting/place.ts';
import { reachOf } from './targeting/reach.ts';
import { byText, rolloutsOf, variantOf } from './targeting/rollouts.ts';
import { targetingOf } from './targeting/targeting.ts';

/** The most that a summary keeps of each list, because it travels with every message. No rule lets longer lists pass. */
const MAX_KEPT = 50;

const names = z.array(z.string());

/** The parts of a revision that rules about the next revision read. */
export const summarySchema = z.object({
  /** Epoch milliseconds. */
  acceptedAt: z.int(),
  topologyVersion: z.int(),
  changeId: z.string(),
  documentDigest: z.string(),
  owner: z.string(),
  audience: audienceSchema,
  prerequisites: names,
  offVariant: z.nullable(z.string()),
  /** The digest of the off variant's value; `null` when there is none. */
  offValue: z.nullable(z.string()),
  /** Its amounts and rates, by their JSON Pointers. */
  amounts: z.array(z.object({ pointer: z.string(), value: z.number() })),
  /** The type of its variants; `null` for a tombstone. */
  type: z.nullable(z.string()),
  /** The largest share of callers that may get each variant, in percent, where that is more than none. */
  reach: z.array(z.object({ variant: z.string(), percent: z.number() })),
  /** Its rollouts in order: the attribute that assigns callers to buckets, and each bucket's variant. */
  rollouts: z.array(z.object({ by: z.string(), variants: names })),
});
export type Summary = z.output<typeof summarySchema>;

/** What JSON calls the type of a value. */
export const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
};

/** The digest of a variant's value; `null` when there is no such variant. */
export const valueDigestOf = (document: Envelope['document'], variant: string | null): string | null => {
  const variants = document === null ? undefined : own(document, 'variants');
  const value = isObject(variants) && variant !== null ? own(variants, variant) : undefined;
  return value === undefined ? null : digestOf(value);
};

/** The amounts and rates of a document that are numbers, by their JSON Pointers. */
export const amountsOf = (document: Envelope['document']): Summary['amounts'] => {
  const { amounts, rates } = moneyValuesOf(document);
  return [...amounts, ...rates].flatMap(({ place, value }) => {
    const number = numberOf(value);
    return number === null ? [] : [{ pointer: pointerOf(place), value: number }];
  });
};

/** The type of the variants of an accepted document; `null` when it has none. */
export const typeOfVariants = (document: Envelope['document']): string | null => {
  const variants = document === null ? undefined : own(document, 'variants');
  const values = isObject(variants) ? Object.values(variants) : [];
  return values.length === 0 ? null : typeOf(values[0]);
};

/** What home seals as the fact `before`, from the newest accepted revision. */
export const summaryOf = (envelope: Envelope): Summary => {
  const { document, source, at, change, topologyVersion, documentDigest, owner, audience, prerequisites, offVariant } =
    envelope;
  const targeting = targetingOf(document, source);
  return {
    acceptedAt: at.accepted,
    topologyVersion,
    changeId: change.id,
    documentDigest,
    owner,
    audience,
    prerequisites: prerequisites ?? [],
    offVariant,
    offValue: valueDigestOf(document, offVariant),
    amounts: amountsOf(document).slice(0, MAX_KEPT),
    type: typeOfVariants(document),
    reach: [...reachOf(document, targeting.evaluators, { listed: 1 })]
      .filter(([, { atMost }]) => atMost > 0)
      .slice(0, MAX_KEPT)
      .map(([variant, { atMost }]) => ({ variant, percent: 100 * atMost })),
    rollouts: rolloutsOf(targeting)
      .slice(0, MAX_KEPT)
      .map((rollout) => ({
        by: byText(rollout),
        variants: rollout.buckets.slice(0, MAX_KEPT).map((bucket) => variantOf(bucket) ?? ''),
      })),
  };
};
