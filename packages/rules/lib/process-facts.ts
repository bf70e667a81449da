import { audienceSchema } from '@flaghoist/core/audience';
import { flagStates } from '@flaghoist/core/change';
import { memberStates } from '@flaghoist/core/topology';
import * as z from 'zod/mini';

const epochMs = z.int();
const names = z.array(z.string());

/** From the least to the most protected. */
export const dataClasses = ['public', 'internal', 'confidential', 'restricted'] as const;
export type DataClass = (typeof dataClasses)[number];

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

/** Facts for the rules about process. */
export const processFactSchemas = {
  /** How many services the catalogue has that are not about to leave. */
  serviceCount: z.int(),
  /** What the directory knows of those who made and approved the change. One that is missing here is not in it. */
  people: z.array(
    z.object({
      actor: z.string(),
      teams: names,
      roles: names,
      /** A person, and not a pipeline. */
      human: z.boolean(),
      /** Still with the company. */
      active: z.boolean(),
    }),
  ),
  /** What the environment before this one knows of the flag; `null` when there is none, or it has no such flag. */
  upstream: z.nullable(
    z.object({
      environment: z.string(),
      flagState: z.enum(flagStates),
      /** How its newest change ended. */
      newest: z.enum(['accepted', 'verified', 'rolled-back', 'held', 'superseded', 'unverified']),
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
    }),
  ),
};
