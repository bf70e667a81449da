import * as z from 'zod/mini';
import { type Approval, approvalSchema } from '../approval.ts';
import { approvedDigestOf } from '../approved-digest.ts';
import type { Envelope } from '../envelope.ts';
import { InvalidInputError } from '../errors.ts';
import { parseJson } from '../parse.ts';
import type { ApprovalKey, FoundApproval, WrittenApproval } from '../ports/approval-store.ts';
import { type Proposal, parseProposal } from '../proposal.ts';
import { ABSENT } from './conditions.ts';
import { contentIn, keyIn, requiredText, textIn } from './found-item.ts';
import {
  APPROVAL_PREFIX,
  APPROVER_PREFIX,
  approvalPk,
  approvalSk,
  approverPk,
  authorPk,
  draftSk,
  GIVEN_PREFIX,
  USED_PREFIX,
} from './keys.ts';
import type { FoundItem, Key, Write } from './write.ts';

/* Approvals and drafts in `proposals`, and what home keeps of approvals in `changes`. */

export const approvalKey = ({ principal, proposalDigest, actor }: ApprovalKey): Key => ({
  pk: approverPk(principal),
  sk: approvalSk(proposalDigest, actor),
});

const noteKey = (prefix: string, { principal, proposalDigest, actor }: ApprovalKey): Key => ({
  pk: approvalPk(proposalDigest),
  sk: prefix + principal + (actor === undefined ? '' : `#${actor}`),
});
export const givenKey = (key: ApprovalKey): Key => noteKey(GIVEN_PREFIX, key);
export const usedKey = (key: ApprovalKey): Key => noteKey(USED_PREFIX, key);
export const draftKey = (author: string, proposalDigest: string): Key => ({
  pk: authorPk(author),
  sk: draftSk(proposalDigest),
});

/** An approval under a key where there is none. Written twice it would be another one. */
export const approvalWrite = (principal: string, approval: Approval, actor?: string): Write<'proposals'> => ({
  table: 'proposals',
  put: {
    ...approvalKey({ principal, proposalDigest: approval.proposalDigest, actor }),
    approval: JSON.stringify(approval),
  },
  condition: ABSENT,
});

/** A draft under the digest that an approval of it names. */
export const draftWrite = (author: string, proposal: Proposal, environment: string): Write<'proposals'> => ({
  table: 'proposals',
  put: { ...draftKey(author, approvedDigestOf(proposal, environment)), draft: JSON.stringify(proposal) },
  condition: ABSENT,
});

/**
 * Of a draft that somebody else wrote: nothing when it cannot be read, or is not what its key names. Whoever reads it approves
 * the key.
 */
export const draftOf = (item: FoundItem, environment: string): Proposal | undefined => {
  const proposal = readable(() => parseProposal(requiredText(item, 'draft')));
  const digest = proposal && digestIfAny(proposal, environment);
  return digest !== undefined && keyIn(item).sk === draftSk(digest) ? proposal : undefined;
};

const digestIfAny = (proposal: Proposal, environment: string): string | undefined => {
  try {
    return approvedDigestOf(proposal, environment);
  } catch {
    // Canonical JSON has no form for it, so nothing can name it.
    return undefined;
  }
};

const readable = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
};

/** What an author may have written as a digest and as a name behind it. */
const written = /^(?<digest>[0-9a-f]{64})(?:#(?<actor>.{1,128}))?$/;

/** An item under an approver's key; `undefined` for one whose key is not that of an approval. */
export const writtenApprovalOf = (item: FoundItem): WrittenApproval | undefined => {
  const { pk, sk } = keyIn(item);
  if (!pk.startsWith(APPROVER_PREFIX) || !sk.startsWith(APPROVAL_PREFIX)) return undefined;
  const { digest, actor } = written.exec(sk.slice(APPROVAL_PREFIX.length))?.groups ?? {};
  if (digest === undefined) return undefined;
  const key = { principal: pk.slice(APPROVER_PREFIX.length), proposalDigest: digest };
  return { ...key, ...(actor === undefined ? {} : { actor }), text: textIn(item, 'approval') ?? null };
};

/** What an approver wrote; `undefined` for what is no approval, or approves something else than its key says. */
export const approvalOf = ({ text, proposalDigest }: WrittenApproval): Approval | undefined => {
  if (text === null) return undefined;
  const subject = { what: 'approval', hint: 'Approve through ApprovalStore.' };
  const approval = readable(() => parseJson(approvalSchema, text, subject));
  return approval?.proposalDigest === proposalDigest ? approval : undefined;
};

const givenSchema = z.object({ ...approvalSchema.shape, at: z.int() });

/** What home keeps of an approval that it heard of. */
export interface Given {
  readonly key: ApprovalKey;
  readonly approval: Approval;
  readonly at: number;
}

export const givenWrite = (key: ApprovalKey, approval: Approval, at: number): Write<'changes'> => ({
  table: 'changes',
  put: { ...givenKey(key), given: JSON.stringify({ ...approval, at }) },
  condition: ABSENT,
});

/** @throws InvalidInputError */
export const givenOf = (item: FoundItem): Given => {
  const { pk, sk } = keyIn(item);
  const { at, ...approval } = contentIn(givenSchema, item, 'given');
  const [principal = '', actor] = sk.slice(GIVEN_PREFIX.length).split(/#(.*)/s, 2);
  const key = { principal, proposalDigest: pk.slice(APPROVAL_PREFIX.length) };
  return { key: { ...key, ...(actor === undefined ? {} : { actor }) }, approval, at };
};

/**
 * One for each approval of an accepted change: it serves no other. A submitter's key holds approvals of many, so there the
 * approver's name is part of it.
 */
export const usedWrites = ({ change }: Envelope): readonly Write<'changes'>[] =>
  (change.approvals ?? []).flatMap(({ actor, principal, proposalDigest, submitter }) => {
    if (principal === undefined || proposalDigest === undefined) return [];
    const key = { principal, proposalDigest, ...(submitter === undefined ? {} : { actor }) };
    return [{ table: 'changes', put: { ...usedKey(key), used: change.id }, condition: ABSENT } as const];
  });

interface Stored {
  readonly given: FoundItem | undefined;
  readonly used: FoundItem | undefined;
  /** As it lies in `proposals`; looked at only where home has not heard of it. */
  readonly item: FoundItem | undefined;
}

export const foundApproval = ({ given, used, item }: Stored): FoundApproval | undefined => {
  const usedBy = used === undefined ? null : requiredText(used, 'used');
  if (given !== undefined) {
    const { approval, at } = givenOf(given);
    return { approval, at, usedBy };
  }
  const found = item && writtenApprovalOf(item);
  const approval = found && approvalOf(found);
  return approval && { approval, at: null, usedBy };
};
