import * as z from 'zod/mini';
import { audienceSchema } from './audience.ts';
import { canonicalJson, digestOf } from './canonical-json.ts';
import { type ChangeKey, type ChangeRecord, changeKinds, flagStates } from './change.ts';
import { DigestMismatchError } from './errors.ts';
import { orderSchema } from './order.ts';
import { parseJsonUntouched } from './parse.ts';

/** The envelope schema this code writes. It also reads one version ahead, so that a region may be upgraded last. */
export const ENVELOPE_SCHEMA = 1;

/** Documents over this many bytes of canonical JSON are refused: an SNS message carries at most 256 KiB in all. */
export const MAX_DOCUMENT_BYTES = 100 * 1024;

export const flagKeySchema = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
      'must be 1 to 128 letters, digits, dots, dashes or underscores, a letter or digit first, such as checkout.newForm (FH-KEY-01)',
    ),
  );
export const digestSchema = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'));
export const changeIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{7,99}$/, 'must be 8 to 100 letters, digits, dots or dashes'));

const epochMs = z.int().check(z.gte(0));

/** Who asked for a change and why. The id is made by the client, so that a retried proposal is recognised. */
export const changeSchema = z.object({
  id: changeIdSchema,
  actor: z.string().check(z.minLength(1)),
  /** How the actor was authenticated: the principal whose key it is, the submitter that states the actor, or `local`. */
  authentication: z.string().check(z.minLength(1)),
  reason: z.string(),
  ticket: z.optional(z.string()),
  approvals: z.optional(
    z.array(
      z.object({
        actor: z.string(),
        at: epochMs,
        /** `approvedDigestOf` the proposal that was approved. Optional for readers only: the rules refuse one without. */
        proposalDigest: z.optional(digestSchema),
        /** The principal under whose key it lies. */
        principal: z.optional(z.string()),
        /** The trusted submitter that brought it in the approver's name. */
        submitter: z.optional(z.string()),
      }),
    ),
  ),
  /** The principal under whose key it was proposed. Set at acceptance, never by its author; a revert has none. */
  author: z.optional(z.string()),
  /** Of the text that was proposed: what the outcome names. Set at acceptance. */
  proposedDigest: z.optional(digestSchema),
  /** A kill under a key that the directory does not list: it was accepted, and somebody must look at it. */
  review: z.optional(z.literal('unknown-principal')),
  /** The change whose failure caused this one: set on reverts, and on the kill that carries out a former home's again. */
  causeId: z.optional(changeIdSchema),
  /** Of a revert, the proposal that it takes back: how it ended is known wherever the revert is, also without its revision. */
  takesBack: z.optional(
    z.object({ author: z.string(), changeId: changeIdSchema, proposedDigest: digestSchema, order: orderSchema }),
  ),
});

/** A flagd flag definition, untouched. Its content is the rules' business. */
export const documentSchema = z.record(z.string(), z.unknown());

export const envelopeSchema = z
  .object({
    schema: z.int().check(z.gte(1), z.lte(ENVELOPE_SCHEMA + 1)),
    flagKey: flagKeySchema,
    environment: z.string().check(z.minLength(1)),
    ...orderSchema.shape,
    kind: z.enum(changeKinds),
    /** What the flag is from here on. An update of a killed flag stays `killed`. */
    flagState: z.enum(flagStates),
    /** `null` is a tombstone. */
    document: z.nullable(documentSchema),
    documentDigest: digestSchema,
    offVariant: z.nullable(z.string()),
    audience: audienceSchema,
    departed: z.array(z.string()),
    prerequisites: z.optional(z.array(z.string())),
    owner: z.string(),
    rollout: z.optional(z.unknown()),
    source: z.optional(z.unknown()),
    /** Serving at acceptance; these must prove the change. */
    regions: z.array(z.string()).check(z.minLength(1)),
    topologyVersion: z.int().check(z.gte(1)),
    rulesVersion: z.int().check(z.gte(1)),
    /** The facts home used to accept, sealed so that every region judges the same bytes. */
    evidence: z.record(z.string(), z.unknown()),
    change: changeSchema,
    /** Epoch milliseconds. */
    at: z.object({ proposed: epochMs, accepted: epochMs }),
    previousEnvelopeDigest: z.nullable(digestSchema),
    envelopeDigest: digestSchema,
  })
  .check(
    z.refine(({ document, flagState }) => (document === null) === (flagState === 'archived'), {
      path: ['document'],
      error: 'is null for an archived flag and for no other',
    }),
  );

/** An accepted revision of a flag, with everything a region needs to judge and spread it. */
export type Envelope = z.output<typeof envelopeSchema>;
export type FlagDocument = z.output<typeof documentSchema>;

export type UnsealedEnvelope = Omit<Envelope, 'documentDigest' | 'envelopeDigest'>;

/** Adds both digests. What was sealed before is sealed anew: a digest never covers another seal. */
export const seal = ({
  envelopeDigest: _broken,
  ...unsealed
}: UnsealedEnvelope & { envelopeDigest?: string }): Envelope => {
  const withDocument = { ...unsealed, documentDigest: digestOf(unsealed.document) };
  return { ...withDocument, envelopeDigest: digestOf(withDocument) };
};

/** The bytes of an envelope, the same at every hop: table item, message, cache field. */
export const serialiseEnvelope = (envelope: Envelope): string => canonicalJson(envelope);

/**
 * Reads an envelope from the wire: JSON, schema, both digests recomputed. Unknown fields of a newer writer are kept,
 * since the digest covers them.
 *
 * @throws InvalidInputError for what is not an envelope
 * @throws DigestMismatchError for one that was altered after it was sealed
 */
export const parseEnvelope = (body: string): Envelope => {
  const subject = {
    what: 'flag envelope',
    hint: 'Only what the validator accepted is an envelope. Write a proposal into the table `proposals`, and it makes one.',
  };
  const envelope = parseJsonUntouched(envelopeSchema, body, subject);
  verifyDigests(envelope);
  return envelope;
};

const verifyDigests = (envelope: Envelope): void => {
  const { envelopeDigest, ...content } = envelope;
  const computed = digestOf(content);
  if (computed !== envelopeDigest)
    throw new DigestMismatchError(`envelope of ${envelope.flagKey}`, envelopeDigest, computed);
  const document = digestOf(envelope.document);
  if (document !== envelope.documentDigest) {
    throw new DigestMismatchError(`document of ${envelope.flagKey}`, envelope.documentDigest, document);
  }
};

/** What names an accepted revision wherever its row, proofs and events are. */
export const changeKeyOf = ({
  change,
  flagKey,
  epoch,
  revision,
}: Pick<Envelope, 'flagKey' | 'epoch' | 'revision'> & {
  readonly change: Pick<Envelope['change'], 'id'>;
}): ChangeKey => ({
  changeId: change.id,
  flagKey,
  order: { epoch, revision },
});

/** The row that goes into `changes` in the same transaction as the revision. */
export const recordOf = (envelope: Envelope): ChangeRecord => ({
  ...changeKeyOf(envelope),
  kind: envelope.kind,
  flagState: envelope.flagState,
  state: 'accepted',
  envelopeDigest: envelope.envelopeDigest,
  documentDigest: envelope.documentDigest,
  regions: envelope.regions,
  topologyVersion: envelope.topologyVersion,
  acceptedAt: envelope.at.accepted,
  ...(envelope.change.author === undefined ? {} : { author: envelope.change.author }),
  ...(envelope.change.causeId === undefined ? {} : { causeId: envelope.change.causeId }),
  ...(envelope.change.takesBack === undefined ? {} : { causeAuthor: envelope.change.takesBack.author }),
});
