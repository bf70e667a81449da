import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { changeKinds, proposableKinds } from './change.ts';
import {
  changeIdSchema,
  changeSchema,
  digestSchema,
  documentSchema,
  type Envelope,
  flagKeySchema,
} from './envelope.ts';
import { orderSchema } from './order.ts';
import { parseJsonUntouched } from './parse.ts';

/*
 * What an author controls has a maximum, for kills too: outcome, events and rows of the audit repeat it, and one that is
 * larger than a message or an item could never be written, so that its proposal would have no outcome.
 */
const name = z.string().check(z.maxLength(256));
/** Flag keys, and services: more than either of them has. */
const names = z.array(z.string().check(z.maxLength(128))).check(z.maxLength(1_000));

/** Whose approvals a change is proposed with. Where each lies, when it was given and what it approves is for home to find. */
const namedApprovalSchema = z.object({
  actor: name.check(z.minLength(1)),
  at: z._default(z.int().check(z.gte(0)), 0),
  proposalDigest: z.optional(digestSchema),
});

type NamedApproval = z.output<typeof namedApprovalSchema>;

/** Each is read by its key before the change is accepted. */
const MAX_APPROVALS = 20;

/**
 * Ids of proposals leave room for the prefix of the revert that may answer them. What somebody says of himself is a claim:
 * home puts what the key proves in the place of `actor` and `authentication`, and what it finds in that of `approvals`. Only
 * a trusted submitter is believed who the actor is.
 */
const proposedChangeSchema = z.strictObject({
  ...z.omit(changeSchema, { author: true, proposedDigest: true, causeId: true, takesBack: true, review: true }).shape,
  id: changeIdSchema.check(z.maxLength(90)),
  actor: z._default(z.string().check(z.maxLength(256)), ''),
  /** An ARN has at most 2,048 characters. */
  authentication: z._default(z.string().check(z.maxLength(2_048)), ''),
  reason: z.string().check(z.maxLength(10_000)),
  ticket: z.optional(name),
  approvals: z.optional(z.array(namedApprovalSchema).check(z.maxLength(MAX_APPROVALS))),
});

/**
 * What an author asks for. It has no revision yet. `basedOn` is the order it was made against (`null`: the flag did not
 * exist); when CURRENT has moved on, the proposal ends as `conflict`. Kills ignore it: a kill is never too late.
 */
export const proposalSchema = z.strictObject({
  flagKey: flagKeySchema,
  kind: z.enum(proposableKinds),
  basedOn: z.nullable(orderSchema),
  /** Required for `created`, `updated` and `restored`; `killed` and `archived` take none. */
  document: z.optional(documentSchema),
  /** Required at creation; later ones keep what the flag has. */
  offVariant: z.optional(name),
  audience: z.optional(z.union([z.literal('*'), names.check(z.minLength(1))])),
  owner: z.optional(name),
  prerequisites: z.optional(names),
  /** `$evaluators` and metadata of the file that the document comes from; empty takes away what the flag has. */
  source: z.optional(z.record(z.string(), z.unknown())),
  change: proposedChangeSchema,
  /** Epoch milliseconds. */
  proposedAt: z.int().check(z.gte(0)),
  /** When it is to be judged, epoch milliseconds; left out: at once. Kills ignore it: a kill never waits. */
  notBefore: z.optional(z.int().check(z.gte(0))),
});

export type Proposal = z.output<typeof proposalSchema>;

/** A proposal in the name of the one whose key it lies under, with the approvals that home has found. */
export interface SignedProposal extends Omit<Proposal, 'change'> {
  readonly change: Omit<Envelope['change'], 'author' | 'proposedDigest' | 'causeId'>;
}

/** @throws InvalidInputError naming every place that does not fit */
export const parseProposal = (text: string): Proposal => {
  const hint = 'Correct the named places and propose again.';
  const { change, ...proposal } = parseJsonUntouched(proposalSchema, text, { what: 'proposal', hint });
  // What is read untouched has no defaults.
  const { actor = '', authentication = '', approvals, ...rest }: Partial<Proposal['change']> & typeof change = change;
  const named = approvals?.map(({ at = 0, ...each }: Partial<NamedApproval> & NamedApproval) => ({ ...each, at }));
  const claims = { actor, authentication, ...(named === undefined ? {} : { approvals: named }) };
  return { ...proposal, change: { ...rest, ...claims } };
};

/** A rule's finding, as an author sees it. */
export const violationSchema = z.object({
  ruleId: z.string(),
  severity: z.enum(['error', 'warning']),
  /** JSON Pointer into the envelope. */
  pointer: z.string(),
  message: z.string(),
  hint: z.string(),
});
export type Violation = z.output<typeof violationSchema>;

/** The change that was accepted after a late kill was made, and that the kill must not undo. */
export const overtakingSchema = z.object({ ...orderSchema.shape, kind: z.enum(changeKinds), actor: z.string() });

/** Which proposal an outcome answers: whose, under which id, with which content. */
const answered = {
  /** The principal under whose key it was written. */
  author: z.string(),
  changeId: z.string(),
  /** `proposedDigestOf` its text. Other content under the same id has no outcome of its own, and gets none. */
  proposedDigest: digestSchema,
  flagKey: z.string(),
};
const refused = {
  ...answered,
  actor: z.string(),
  at: z.int(),
  /** What the trail says of the proposal itself; left out of an item that was none. */
  proposed: z.optional(z.object({ kind: z.enum(proposableKinds), proposedAt: z.int() })),
};

/** How a proposal ended, kept under its author and change id for ever: a retry is answered from here. */
export const proposalOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), ...answered, order: orderSchema }),
  z.object({ outcome: z.literal('rejected'), ...refused, violations: z.array(violationSchema) }),
  z.object({
    outcome: z.literal('conflict'),
    ...refused,
    basedOn: z.nullable(orderSchema),
    current: z.nullable(orderSchema),
    /** A kill only: what was accepted after it was made, and lets the flag live on. */
    overtakenBy: z.optional(overtakingSchema),
  }),
  z.object({
    outcome: z.literal('expired'),
    ...refused,
    /** When it was written, and how long it held from then on. */
    writtenAt: z.int(),
    maxAgeSeconds: z.int(),
  }),
  /** Its author took it back before home had judged it. */
  z.object({ outcome: z.literal('withdrawn'), ...refused }),
]);
export type ProposalOutcome = z.output<typeof proposalOutcomeSchema>;
export type AcceptedProposal = Extract<ProposalOutcome, { outcome: 'accepted' }>;
export type RefusedProposal = Exclude<ProposalOutcome, { outcome: 'accepted' }>;

/** What an outcome names: SHA-256 over the text as its author wrote it, whether or not it is a proposal. */
export const proposedDigestOf = (text: string): string => hash('sha256', text);
