import { audienceSchema } from '@flaghoist/core/audience';
import { changeKinds, changeStates, flagStates, holdReasons, needSchema } from '@flaghoist/core/change';
import { changeIdSchema, digestSchema, flagKeySchema } from '@flaghoist/core/envelope';
import { orderSchema } from '@flaghoist/core/order';
import { lookSchema, verdicts } from '@flaghoist/core/verdict';
import * as z from 'zod/mini';

/** The form that is written. Others are refused by name. */
export const RECEIPT_SCHEMA = 1;

const epochMs = z.int().check(z.gte(0));
const text = z.string().check(z.maxLength(10_000));
const name = z.string().check(z.minLength(1), z.maxLength(256));
const order = z.strictObject(orderSchema.shape);

const approval = z.strictObject({
  actor: text,
  at: epochMs,
  proposalDigest: z.optional(digestSchema),
  principal: z.optional(text),
  submitter: z.optional(text),
});

/** A region's answer, as home has it, and what its instances claim beside it. */
const regionFacts = z.strictObject({
  region: name,
  publishedAt: z.nullable(epochMs),
  verdict: z.nullable(z.enum(verdicts)),
  look: z.nullable(lookSchema),
  /** Before the first of its caches was read. */
  seenAt: z.nullable(epochMs),
  holding: z.nullable(z.int()),
  /** What the tasks of the services say of themselves: claims, and no part of the verdict. */
  instances: z.nullable(z.strictObject({ alive: z.int(), holding: z.int() })),
});
export type RegionFacts = z.output<typeof regionFacts>;

/** What a receipt says of a change as a whole. Each is sealed by itself, so that a change of one can be named. */
export const factsSchema = z.strictObject({
  environment: name,
  flagKey: flagKeySchema,
  order,
  changeId: changeIdSchema,
  kind: z.enum(changeKinds),
  flagState: z.enum(flagStates),
  state: z.enum(changeStates),
  documentDigest: digestSchema,
  envelopeDigest: digestSchema,
  previousEnvelopeDigest: z.nullable(digestSchema),
  proposedDigest: z.nullable(digestSchema),
  proposedBy: z.strictObject({
    actor: text,
    authentication: text,
    /** Under whose key; `null`: it is a revert, which the system wrote. */
    author: z.nullable(text),
    reason: text,
    ticket: z.nullable(text),
  }),
  approvals: z.array(approval),
  rulesVersion: z.int(),
  /** As they were sealed at acceptance. */
  waivers: z.array(z.record(z.string(), z.unknown())),
  audience: audienceSchema,
  departed: z.array(name),
  topologyVersion: z.int(),
  times: z.strictObject({ proposed: epochMs, accepted: epochMs, decided: z.nullable(epochMs) }),
  regions: z.array(regionFacts),
  outcome: z.strictObject({
    knownGood: z.boolean(),
    holdReason: z.nullable(z.enum(holdReasons)),
    revertOrder: z.nullable(order),
    causeId: z.nullable(text),
    blame: z.nullable(z.strictObject({ region: text, services: z.array(text) })),
    needs: z.array(z.strictObject(needSchema.shape)),
  }),
  issuedAt: epochMs,
});
export type ReceiptFacts = z.output<typeof factsSchema>;

const rowVerdicts = [...verdicts, 'not-expected'] as const;

/** What is known of one service's cache in one region. */
export const rowSchema = z.strictObject({
  region: name,
  service: name,
  verdict: z.enum(rowVerdicts),
  /**
   * By what it was seen: `cache` where a region has counted caches with and without a line in the log, and this one is of either
   * kind; `none` where nobody saw it.
   */
  evidence: z.enum(['log-and-cache', 'cache-only', 'log-only', 'cache', 'none']),
  /** The finding of the look, where the region has named the cache. */
  reason: z.nullable(text),
  seenAt: z.nullable(epochMs),
});
export type ReceiptRow = z.output<typeof rowSchema>;

const leafOfRow = { leaf: digestSchema };

const sealSchema = z.strictObject({
  /** The hash of each fact, by its name. */
  facts: z.record(z.string(), digestSchema),
  tree: z.strictObject({ size: z.int().check(z.gte(0), z.lte(1_000_000)), root: digestSchema }),
  keyId: z.string().check(z.regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hexadecimal digits')),
  /** Ed25519 over `signedBytes`, in hexadecimal. */
  signature: z.string().check(z.regex(/^[0-9a-f]{128}$/, 'must be 128 lower-case hexadecimal digits')),
});
export type Seal = z.output<typeof sealSchema>;

const common = { schema: z.literal(RECEIPT_SCHEMA), facts: factsSchema, seal: sealSchema };

export const receiptSchema = z.strictObject({
  document: z.literal('flaghoist-receipt'),
  ...common,
  rows: z.array(z.strictObject({ ...rowSchema.shape, ...leafOfRow })),
});
export type Receipt = z.output<typeof receiptSchema>;

/** One row, and the way from it to the root that was signed. */
export const rowProofSchema = z.strictObject({
  document: z.literal('flaghoist-receipt-row'),
  ...common,
  row: z.strictObject({ ...rowSchema.shape, ...leafOfRow }),
  proof: z.strictObject({ index: z.int().check(z.gte(0)), path: z.array(digestSchema).check(z.maxLength(20)) }),
});
export type RowProof = z.output<typeof rowProofSchema>;
