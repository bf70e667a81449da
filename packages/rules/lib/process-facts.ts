import { type Audience, audienceSchema } from '@flaghoist/core/audience';
import { flagDraws, otherBucketingsAmong } from '@flaghoist/core/bucketing';
import { digestOf } from '@flaghoist/core/canonical-json';
import { changeStates, flagStates } from '@flaghoist/core/change';
import { bucketings } from '@flaghoist/core/evaluator';
import { own } from '@flaghoist/core/json';
import type { UpstreamFlag } from '@flaghoist/core/ports/upstream-flags';
import { dataClasses, memberStates, type Service, type Topology } from '@flaghoist/core/topology';
import * as z from 'zod/mini';
import { personSchema } from './directory.ts';

const epochMs = z.int();
const names = z.array(z.string());

/** The catalogue's entry for a service that the audience names. */
export const serviceFactSchema = z.object({
  name: z.string(),
  owner: z.string(),
  cell: z.string(),
  /** Whether it still, or already, serves. */
  state: z._default(z.enum(memberStates), 'serving'),
  /** The most protected data it may have; left out when nobody has said. */
  dataClass: z.optional(z.enum(dataClasses)),
  /** The residencies of the policy whose data it may have; left out when nobody has said. */
  residencies: z.optional(names),
});
type ServiceFact = z.output<typeof serviceFactSchema>;

/** The parts of a service's entry that rules read. */
export const serviceFactOf = ({ name, owner, cell, state, dataClass, residencies }: Service): ServiceFact => ({
  name,
  owner,
  cell,
  state,
  ...(dataClass === undefined ? {} : { dataClass }),
  ...(residencies === undefined ? {} : { residencies }),
});

/** Services that put callers into the same buckets, which are not those of the agents. */
const bucketingFactSchema = z.object({
  bucketing: z.enum(bucketings),
  /** A few of them, to be named. */
  services: names,
  count: z.int(),
});
type BucketingFact = z.output<typeof bucketingFactSchema>;

/** Enough to find the rest in the topology. */
const NAMED = 3;

/** Who of an audience draws callers otherwise than the agents; nothing for a flag that does not draw, since it travels with each message. */
export const otherBucketingFactsOf = (
  { audience, ...flag }: { readonly document: unknown; readonly source?: unknown; readonly audience: Audience },
  topology: Topology,
): BucketingFact[] =>
  flagDraws(flag)
    ? [...otherBucketingsAmong(audience, topology)].map(([bucketing, services]) => ({
        bucketing,
        services: services.slice(0, NAMED),
        count: services.length,
      }))
    : [];

const upstreamSchema = z.object({
  environment: z.string(),
  flagState: z.enum(flagStates),
  /** How its newest change ended. */
  newest: z.enum(changeStates),
  /** The newest revision that all its regions have proven. */
  verified: z.nullable(
    z.object({
      at: epochMs,
      documentDigest: z.string(),
      /** Of the variants alone. */
      variantsDigest: z.string(),
      offVariant: z.nullable(z.string()),
      audience: audienceSchema,
    }),
  ),
});
export type UpstreamFact = z.output<typeof upstreamSchema>;

/** The parts of another environment's flag that rules read. */
export const upstreamFactOf = ({ verified, ...flag }: UpstreamFlag): UpstreamFact => {
  if (verified === null) return { ...flag, verified };
  const { at, envelope } = verified;
  const { document, documentDigest, offVariant, audience } = envelope;
  const variants = document === null ? null : (own(document, 'variants') ?? null);
  return {
    ...flag,
    verified: { at, documentDigest, variantsDigest: digestOf(variants), offVariant, audience },
  };
};

const writerSchema = z.object({
  /** `person`: somebody whom the directory lists with this principal. `local`: a machine without an account. */
  by: z.enum(['person', 'submitter', 'local', 'unknown']),
  /** `aws:userid`, as the key under which the proposal lies has it. */
  principal: z.string(),
  /** The trusted submitter that wrote it in somebody's name. */
  submitter: z.optional(z.string()),
  /** Whether that submitter may bring changes of this kind. */
  maySubmit: z.optional(z.boolean()),
  /** Whether the directory has the person in whose name that submitter brings it. */
  listed: z.optional(z.boolean()),
  /** Whether that person, or the one whose key it is, is still with the company. */
  active: z.optional(z.boolean()),
  /** The actor that the proposal states, where that is not the one who wrote it. */
  claims: z.optional(z.string()),
});
export type WriterFact = z.output<typeof writerSchema>;

/** Facts for the rules about process. */
export const processFactSchemas = {
  /** The services of the audience that put callers into other buckets than the agents; empty for a flag that does not draw. */
  otherBucketings: z.array(bucketingFactSchema),
  /** How many services the catalogue has that are not about to leave. */
  serviceCount: z.int(),
  /** The newest rules that home and every serving region know. */
  rulesVersion: z.int(),
  /** `approvedDigestOf` what was proposed: what an approval of it names. */
  proposalDigest: z.string(),
  /** What the directory knows of those who made and approved the change. One that is missing here is not in it. */
  people: z.array(personSchema),
  /** Who wrote the proposal, by its key. */
  writer: writerSchema,
  /** Approvals that the proposal names and that home has not found as it needs them, each with why. */
  missingApprovals: z.array(z.object({ actor: z.string(), problem: z.string() })),
  /**
   * What the environment before this one knows of the flag; `null` when there is none, or it has no such flag;
   * `unreachable` when it was to be asked and could not.
   */
  upstream: z.nullable(z.union([z.literal('unreachable'), upstreamSchema])),
};
