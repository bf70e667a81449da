import { audienceSchema } from '@flaghoist/core/audience';
import { flagStates } from '@flaghoist/core/change';
import { isObject } from '@flaghoist/core/json';
import { orderSchema } from '@flaghoist/core/order';
import * as z from 'zod/mini';
import { evaluationSchema } from './evaluation-fact.ts';
import { type Policy, policySchema, statedParameters } from './policy.ts';
import { processFactSchemas, serviceFactSchema } from './process-facts.ts';
import { provenSchema } from './proven.ts';
import { isSameJson } from './same-json.ts';
import { summarySchema } from './summary.ts';
import { surelyFits } from './surely-fits.ts';
import { sealedWaiverSchema } from './waivers.ts';

const revisionSchema = z.object({ ...orderSchema.shape, envelopeDigest: z.string() });

/*
 * The facts that rules may need beside the envelope. Home reads them, strongly consistent, at acceptance and seals those
 * that some rule asks for; they travel with every message, so a fact carries only what concerns this change.
 * Lists, not objects by name: names come from authors, and `__proto__` is a name.
 */
const factSchemas = {
  /** The newest accepted revision, `null` when the flag did not exist. */
  current: z.nullable(
    z.object({
      ...revisionSchema.shape,
      flagState: z.enum(flagStates),
      /** It is archived, and was killed when it was: nobody has lifted that kill. */
      killedBefore: z.optional(z.literal(true)),
    }),
  ),
  /** What that revision was, as far as it concerns the next one; `null` when the flag did not exist. */
  before: z.nullable(summarySchema),
  /** The newest revision that every region has proven, `null` when there is none. */
  knownGood: z.nullable(revisionSchema),
  /** Whom that revision shows what; of a killed flag that is restored, the newest proven one before the kill. */
  proven: z.nullable(provenSchema),
  /** The catalogue's entries for the services that the audience names. One that is missing here does not exist. */
  services: z.array(serviceFactSchema),
  /** The flags that the envelope names as prerequisites. One that is missing here does not exist. */
  prerequisites: z.array(
    z.object({
      flagKey: z.string(),
      ...orderSchema.shape,
      flagState: z.enum(flagStates),
      audience: audienceSchema,
      /** The type of its variants. */
      type: z.nullable(z.string()),
      /** Whether every region has proven this revision. */
      proven: z.boolean(),
      /** Its own prerequisites, and theirs, as far as the policy lets a chain reach. */
      requires: z.array(z.string()),
      /** How many flags wait for each other from it on, itself counted. */
      depth: z.int(),
    }),
  ),
  /** Existing flags whose keys are the same words as a new one's. */
  lookalikes: z.array(z.string()),
  /** The flags that name this one as a prerequisite. Asked for when it is archived. */
  dependents: z.array(z.string()),
  /** What flagd's own evaluator answers, asked by home; `null` where it was not asked. */
  evaluation: z.nullable(evaluationSchema),
  ...processFactSchemas,
  /** The waivers under which the change was accepted; none of them says more than that. */
  waivers: z.array(sealedWaiverSchema),
  policy: policySchema,
};

const evidenceSchema = z.partial(z.object(factSchemas));

export type Facts = z.output<z.ZodMiniObject<typeof factSchemas>>;
export type Fact = keyof Facts;
export type Evidence = z.output<typeof evidenceSchema>;
/** As it stands in an envelope: the policy has only the parameters that are not the default. */
export type SealedEvidence = z.input<typeof evidenceSchema>;

export const facts = Object.keys(factSchemas) as Fact[];

/**
 * The part of the evidence that the needs name, ready to be sealed into an envelope. Gathered too much does no harm. Of
 * the policy only what differs from the defaults, since it travels with every message.
 */
export const sealEvidence = (gathered: Evidence, needs: Iterable<Fact>): Record<string, unknown> => {
  const wanted = new Set(needs);
  const { policy } = gathered;
  const brief: Record<string, unknown> =
    policy === undefined ? gathered : { ...gathered, policy: statedParameters(policy) };
  return Object.fromEntries(
    facts
      .filter((fact) => wanted.has(fact) && brief[fact] !== undefined && !isNone(fact, brief[fact]))
      .map((fact) => [fact, brief[fact]]),
  );
};

/** Nearly no flag has waivers, and the evidence travels with every message. */
const isNone = (fact: Fact, value: unknown): boolean =>
  fact === 'waivers' && Array.isArray(value) && value.length === 0;

/** An object with room for every fact, all of them missing. Copies of it have one shape. */
export const noFacts = Object.fromEntries(facts.map((fact) => [fact, undefined])) as Partial<Facts> as Facts;

const sure = Object.fromEntries(facts.map((fact) => [fact, surelyFits(factSchemas[fact])])) as Readonly<
  Record<Fact, (value: unknown) => boolean>
>;

/** The policy that was read last, with a copy of how it was sealed: that of nearly every envelope. */
let last: { readonly sealed: unknown; readonly policy: Policy } | undefined;

/** The policy has most parameters, and is the same in all envelopes until somebody edits its file. */
const readPolicy = (sealed: unknown): Policy | undefined => {
  if (last !== undefined && isSameJson(last.sealed, sealed)) return last.policy;
  const copy: unknown = JSON.parse(JSON.stringify(sealed));
  const read = z.safeParse(policySchema, sealed);
  if (!read.success) return undefined;
  last = { sealed: copy, policy: read.data };
  return read.data;
};

/** A sealed fact; `undefined` when it is missing or does not fit its schema. Never throws. */
export const readFact = (sealed: unknown, fact: Fact): unknown => {
  try {
    const value = isObject(sealed) ? sealed[fact] : undefined;
    if (value === undefined) return undefined;
    if (fact === 'policy') return readPolicy(value);
    if (sure[fact](value)) return value;
    const read = z.safeParse(factSchemas[fact], value);
    return read.success ? read.data : undefined;
  } catch {
    // A getter or a proxy that throws. JSON has none, but a caller may.
    return undefined;
  }
};
