import * as z from 'zod/mini';
import { type Approval, approvalSchema, renews } from '../approval.ts';
import { approvedDigestOf } from '../approved-digest.ts';
import type { Envelope } from '../envelope.ts';
import { InvalidInputError, UnavailableError } from '../errors.ts';
import { parseJson } from '../parse.ts';
import type {
  ApprovalKey,
  Approved,
  FoundApproval,
  Given,
  GivenAgain,
  WrittenApproval,
} from '../ports/approval-store.ts';
import { type Proposal, parseProposal } from '../proposal.ts';
import { ABSENT } from './conditions.ts';
import { contentIn, keyIn, numberIn, requiredText, textIn } from './found-item.ts';
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
import { happenedAt } from './trail-keys.ts';
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

const approvalItem = (principal: string, approval: Approval, actor?: string) => ({
  ...approvalKey({ principal, proposalDigest: approval.proposalDigest, actor }),
  approval: JSON.stringify(approval),
});

/** An approval under a key where there is none. */
export const approvalWrite = (principal: string, approval: Approval, actor?: string): Write<'proposals'> => ({
  table: 'proposals',
  put: approvalItem(principal, approval, actor),
  condition: ABSENT,
});

/** The same once more, counted: an item that does not change leaves no record in the stream. Nothing, if it is another one. */
export const renewalWrite = (found: WrittenApproval, approval: Approval): Write<'proposals'> | undefined => {
  const { principal, actor, text, times } = found;
  const before = approvalOf(found);
  if (text === null || before === undefined || !renews(approval, before)) return undefined;
  return {
    table: 'proposals',
    put: { ...approvalItem(principal, approval, actor), times: times + 1 },
    condition: { op: 'equals', values: { approval: text, ...(times === 1 ? {} : { times }) } },
  };
};

interface Access {
  /** @returns whether the condition held */
  write(write: Write<'proposals'>): Promise<boolean>;
  read(key: Key): Promise<FoundItem | undefined>;
}

const ATTEMPTS = 5;

/**
 * Approving, as a conversation with a table: a put where there is none, else once more what is there.
 *
 * @throws UnavailableError when somebody else writes the same item all the time
 */
export const approveIn = async (
  table: Access,
  {
    principal,
    approval,
    actor,
  }: { readonly principal: string; readonly approval: Approval; readonly actor?: string | undefined },
): Promise<Approved> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (await table.write(approvalWrite(principal, approval, actor))) return 'written';
    const item = await table.read(approvalKey({ principal, proposalDigest: approval.proposalDigest, actor }));
    if (item === undefined) continue;
    const written = writtenApprovalOf(item);
    const renewal = written && renewalWrite(written, approval);
    if (renewal === undefined) return 'exists';
    if (await table.write(renewal)) return 'renewed';
  }
  throw new UnavailableError(
    `approval of ${approval.proposalDigest}`,
    'Somebody else writes it at the same time: approve it again.',
  );
};

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
  return {
    ...key,
    ...(actor === undefined ? {} : { actor }),
    text: textIn(item, 'approval') ?? null,
    times: Math.max(1, numberIn(item, 'times')),
  };
};

/** What an approver wrote; `undefined` for what is no approval, or approves something else than its key says. */
const approvalOf = ({ text, proposalDigest }: WrittenApproval): Approval | undefined => {
  if (text === null) return undefined;
  const subject = { what: 'approval', hint: 'Approve through ApprovalStore.' };
  const approval = readable(() => parseJson(approvalSchema, text, subject));
  return approval?.proposalDigest === proposalDigest ? approval : undefined;
};

/** What lies in an approver's place, if it is an approval. */
export const approvalIn = (item: FoundItem) => {
  const written = writtenApprovalOf(item);
  const approval = written && approvalOf(written);
  return written && approval && { written, approval, times: written.times };
};

type Times = Pick<GivenAgain, 'approval' | 'times'>;

/** Whether an approval was given once more: anything else that is written over one changes nothing. */
export const isGivenAgain = (next: Times, before: Times): boolean =>
  next.times > before.times && renews(next.approval, before.approval);

const givenSchema = z.object({ ...approvalSchema.shape, at: z.int(), times: z._default(z.int(), 1) });

const givenItem = (key: ApprovalKey, { approval, at, times }: GivenAgain, notedAt: number) => ({
  ...givenKey(key),
  given: JSON.stringify({ ...approval, at, ...(times === 1 ? {} : { times }) }),
  ...happenedAt(notedAt, key.proposalDigest),
});

/** Where home has heard of none. */
export const givenWrite = (key: ApprovalKey, given: GivenAgain, notedAt: number): Write<'changes'> => ({
  table: 'changes',
  put: givenItem(key, given, notedAt),
  condition: ABSENT,
});

/** Over what home has heard of, if the same was given once more, and later. */
export const givenAgainWrite = (
  found: FoundItem,
  key: ApprovalKey,
  next: GivenAgain,
  notedAt: number,
): Write<'changes'> | undefined => {
  const before = givenOf(found);
  if (!isGivenAgain(next, before) || next.at <= before.at) return undefined;
  const given = requiredText(found, 'given');
  return { table: 'changes', put: givenItem(key, next, notedAt), condition: { op: 'equals', values: { given } } };
};

/** @throws InvalidInputError */
export const givenOf = (item: FoundItem): Given => {
  const { pk, sk } = keyIn(item);
  const { at, times, ...approval } = contentIn(givenSchema, item, 'given');
  const [principal = '', actor] = sk.slice(GIVEN_PREFIX.length).split(/#(.*)/s, 2);
  const key = { principal, proposalDigest: pk.slice(APPROVAL_PREFIX.length) };
  return { key: { ...key, ...(actor === undefined ? {} : { actor }) }, approval, at, times };
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
  /** As it lies in `proposals`, of which home may not have heard yet. */
  readonly item: FoundItem | undefined;
}

export const foundApproval = ({ given, used, item }: Stored): FoundApproval | undefined => {
  const usedBy = used === undefined ? null : requiredText(used, 'used');
  const found = item && approvalIn(item);
  const heard = given && givenOf(given);
  const counts = heard === undefined || (found !== undefined && isGivenAgain(found, heard)) ? found : heard;
  return counts && { approval: counts.approval, at: counts === heard ? heard.at : null, usedBy };
};
