import { expiryOfOwn, isCanaryAuthor } from '../canary.ts';
import { UnavailableError } from '../errors.ts';
import type { ProposalKey, Proposed, StrayMark, Withdrawn, WrittenProposal } from '../ports/proposal-store.ts';
import type { Proposal } from '../proposal.ts';
import { ABSENT } from './conditions.ts';
import { keyIn, requiredText, textIn } from './found-item.ts';
import { AUTHOR_PREFIX, authorPk, PROPOSAL_PREFIX, proposalSk, timeKey } from './keys.ts';
import type { FoundItem, Item, Key, Write as WriteIn } from './write.ts';

/* The items of `proposals`, and their writes. */

type Write = WriteIn<'proposals'>;

/** The attribute that a proposal without outcome carries, and the sparse index over it. */
export const PENDING = 'pending';

/** The attribute of a proposal that its author has taken back. Its text stays: nothing is written over what home has heard of. */
const WITHDRAWN = 'withdrawn';

interface Written {
  /** The writer's principal. */
  readonly author: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const proposalItem = (proposal: Proposal, { author, now }: Written): Item => ({
  pk: authorPk(author),
  sk: proposalSk(proposal.change.id),
  proposal: JSON.stringify(proposal),
  [PENDING]: timeKey(now),
});

/** A proposal under an id that its author has not used yet. */
export const proposalWrite = (proposal: Proposal, written: Written): Write => ({
  table: 'proposals',
  put: proposalItem(proposal, written),
  condition: ABSENT,
});

/** The same one again, with another mark: an item that does not change leaves no record in the stream. */
export const retryWrite = (found: WrittenProposal, proposal: Proposal, written: Written): Write | undefined => {
  const { pending, isWithdrawn } = found;
  if (pending === null) return undefined;
  const put = proposalItem(proposal, written);
  return markedAnew(isWithdrawn ? { ...put, [WITHDRAWN]: 1 } : put, pending, written.now);
};

/** Over an item with another mark. */
const markedAnew = (put: Item, pending: string, now: number): Write => ({
  table: 'proposals',
  put: put[PENDING] === pending ? { ...put, [PENDING]: timeKey(now + 1) } : put,
  condition: { op: 'equals', values: { [PENDING]: pending } },
});

/** The same item, taken back. Nothing, if it has its outcome. */
export const withdrawalWrite = (found: WrittenProposal, now: number): Write | undefined => {
  const { pending, text } = found;
  if (pending === null) return undefined;
  const put = {
    ...keyOfProposal(found),
    ...(text === null ? {} : { proposal: text }),
    [PENDING]: timeKey(now),
    [WITHDRAWN]: 1,
  };
  return markedAnew(put, pending, now);
};

/** Its outcome is there: it leaves the index, and the canary's may be removed some day. An item that was written meanwhile stays in it. */
export const settlement = (settled: WrittenProposal): Write | undefined => {
  const { author, pending } = settled;
  if (pending === null) return undefined;
  const write = unmarking({ stray: keyOfProposal(settled), pending });
  return isCanaryAuthor(author) ? { ...write, set: expiryOfOwn(Number(pending)) } : write;
};

/** An item leaves the index, if its mark is still this one. */
export const unmarking = ({ stray, pending }: StrayMark) =>
  ({
    table: 'proposals',
    update: stray,
    remove: [PENDING],
    condition: { op: 'equals', values: { [PENDING]: pending } },
  }) as const satisfies Write;

/** What the index lists. @throws InvalidInputError */
export const markedIn = (item: FoundItem): ProposalKey | StrayMark => {
  const { pk, sk } = keyIn(item);
  if (pk.startsWith(AUTHOR_PREFIX) && sk.startsWith(PROPOSAL_PREFIX)) return proposalKeyOf(item);
  return { stray: { pk, sk }, pending: requiredText(item, PENDING) };
};

export const keyOfProposal = ({ author, changeId }: ProposalKey): Key => ({
  pk: authorPk(author),
  sk: proposalSk(changeId),
});

/** @throws InvalidInputError */
const proposalKeyOf = (item: FoundItem): ProposalKey => {
  const { pk, sk } = keyIn(item);
  return { author: pk.slice(AUTHOR_PREFIX.length), changeId: sk.slice(PROPOSAL_PREFIX.length) };
};

/** @throws InvalidInputError */
export const writtenProposalOf = (item: FoundItem): WrittenProposal => ({
  ...proposalKeyOf(item),
  text: textIn(item, 'proposal') ?? null,
  pending: textIn(item, PENDING) ?? null,
  isWithdrawn: item[WITHDRAWN] !== undefined,
});

interface Access {
  /** @returns whether the condition held */
  write(write: Write): Promise<boolean>;
  read(key: ProposalKey): Promise<WrittenProposal | undefined>;
}

const ATTEMPTS = 5;

/**
 * Proposing, as a conversation with a table: a put where there is none, else a look at what is there.
 *
 * @throws UnavailableError when somebody else writes the same item all the time
 */
export const proposeTo = async (table: Access, proposal: Proposal, written: Written): Promise<Proposed> => {
  const key = { author: written.author, changeId: proposal.change.id };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (await table.write(proposalWrite(proposal, written))) return 'written';
    const found = await table.read(key);
    if (found === undefined) continue;
    if (found.text !== JSON.stringify(proposal)) return 'other-content';
    const again = retryWrite(found, proposal, written);
    if (again === undefined) return 'ended';
    if (await table.write(again)) return 'told-again';
  }
  throw new UnavailableError(
    `proposal ${key.changeId}`,
    'Somebody else proposes it at the same time: propose it again.',
  );
};

/**
 * Taking back, as a conversation with a table.
 *
 * @throws UnavailableError when somebody else writes the same item all the time
 */
export const withdrawFrom = async (table: Access, key: ProposalKey, now: number): Promise<Withdrawn> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = await table.read(key);
    if (found === undefined) return 'absent';
    const write = withdrawalWrite(found, now);
    if (write === undefined) return 'ended';
    if (await table.write(write)) return 'asked';
  }
  throw new UnavailableError(
    `proposal ${key.changeId}`,
    'Somebody else writes it at the same time: withdraw it again.',
  );
};
