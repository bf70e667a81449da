import { writtenIdentityOf } from './change-events.ts';
import { type EventOf, eventOf } from './events.ts';
import type { Given } from './ports/approval-store.ts';
import { proposedDigestOf } from './proposal.ts';
import { approvalIn, isGivenAgain, writtenApprovalOf } from './storage/approval-items.ts';
import { textIn } from './storage/found-item.ts';
import { writtenProposalOf } from './storage/proposal-items.ts';
import type { FoundItem, TableName } from './storage/write.ts';

/* What the trail says of approvals, and of those who write over what home has heard of. */

/** @param region the home region */
export const approvedEvent = ({ key, approval, at, times }: Given, region: string): EventOf<'ChangeApproved'> => {
  const { principal, proposalDigest, actor } = key;
  const { flagKey, basedOn, rulesVersion } = approval;
  return eventOf({
    type: 'ChangeApproved',
    identity: [proposalDigest, ...writerOf(principal, actor), ...(times === 1 ? [] : [String(times)])],
    region,
    at,
    detail: { flagKey, principal, ...(actor === undefined ? {} : { actor }), proposalDigest, basedOn, rulesVersion },
  });
};

/**
 * Under whose key, and in whose name: a submitter's key has approvals of many. A name is as its writer wrote it, and an id has 512
 * bytes: its digest stands for one that takes more than a byte a character.
 */
const writerOf = (principal: string, actor?: string): string[] =>
  actor === undefined ? [principal] : [principal, /^[ -~]*$/.test(actor) ? actor : proposedDigestOf(actor)];

interface Overwritten {
  readonly before: FoundItem;
  readonly item: FoundItem;
  /** By the stream, epoch milliseconds. */
  readonly at: number;
  readonly region: string;
}

/** Somebody wrote another text over a proposal or an approval. Nothing when the text is the same (a retry, or home's mark), or an approval is given once more. */
export const overwrittenEvent = ({ before, item, at, region }: Overwritten): EventOf<'TamperingFound'> | undefined => {
  const approval = writtenApprovalOf(item);
  const attribute = approval === undefined ? 'proposal' : 'approval';
  const [first, now] = [textIn(before, attribute), textIn(item, attribute)];
  if (first === now || isRenewal(before, item)) return undefined;
  const [was, found] = [proposedDigestOf(first ?? ''), proposedDigestOf(now ?? '')];
  const about =
    approval === undefined
      ? { what: 'proposal' as const, by: writtenProposalOf(item).author, changeId: writtenProposalOf(item).changeId }
      : { what: 'approval' as const, by: approval.principal };
  const place =
    approval === undefined
      ? writtenIdentityOf(about.by, about.changeId ?? '')
      : [...writerOf(about.by, approval.actor), approval.proposalDigest];
  return eventOf({
    type: 'TamperingFound',
    identity: [about.what, ...place, found],
    region,
    at,
    detail: { flagKey: flagKeyIn(first) ?? flagKeyIn(now) ?? '', ...about, was, found },
  });
};

/** Who approves the same once more writes over nothing but their own yes. */
const isRenewal = (before: FoundItem, item: FoundItem): boolean => {
  const [was, is] = [approvalIn(before), approvalIn(item)];
  return was !== undefined && is !== undefined && isGivenAgain(is, was);
};

interface Foreign {
  readonly table: TableName;
  /** What stood there before. */
  readonly before: FoundItem | undefined;
  readonly item: FoundItem;
  /** By the stream, epoch milliseconds. */
  readonly at: number;
  readonly region: string;
}

const LONGEST_KEY = 200;

/** An item that cannot be read, in a table that only our functions write. */
export const foreignItemEvent = ({ table, before, item, at, region }: Foreign): EventOf<'TamperingFound'> => {
  const [pk, sk] = [textIn(item, 'pk') ?? '', textIn(item, 'sk') ?? ''];
  const [was, found] = [before ?? {}, item].map((each) => proposedDigestOf(JSON.stringify(each))) as [string, string];
  const place = `${table} ${pk.slice(0, LONGEST_KEY)}/${sk.slice(0, LONGEST_KEY)}`;
  return eventOf({
    type: 'TamperingFound',
    identity: ['item', proposedDigestOf(`${table} ${pk} ${sk}`), found],
    region,
    at,
    detail: { flagKey: /^FLAG#([a-zA-Z0-9._-]{1,128})$/.exec(pk)?.[1] ?? '', what: 'item', by: '', place, was, found },
  });
};

/** A cheap look: what was overwritten need not be readable. */
const flagKeyIn = (text: string | undefined): string | undefined =>
  /"flagKey":"([a-z0-9._-]{1,128})"/.exec(text ?? '')?.[1];
