import type { Proposal } from '../proposal.ts';
import type { Key } from '../storage/write.ts';

/**
 * What came of proposing. `written`: it is new. `told-again`: it was there without an outcome, and home hears of it once more.
 * `ended`: it has its outcome. `other-content`: the id was used for another proposal, and nothing was written.
 */
export type Proposed = 'written' | 'told-again' | 'ended' | 'other-content';

export type Withdrawn = 'asked' | 'ended' | 'absent';

/**
 * What authors may do: their policy allows nothing else. Who writes is known to the adapter alone, as the principal under
 * whose key it may write; nothing in a proposal says it.
 */
export interface ProposalStore {
  /** Writes a proposal under its change id, or tells home again of the same one that has no outcome yet. */
  propose(proposal: Proposal): Promise<Proposed>;
  /**
   * Takes a proposal back that has no outcome yet. `asked`: home hears of it, and the outcome says which of the two was first. `ended`: it
   * has its outcome. `absent`: there is none under this id.
   */
  withdraw(changeId: string): Promise<Withdrawn>;
}

/** Where a proposal stands in the table `proposals`. */
export interface ProposalKey {
  /** The principal of who wrote it. */
  readonly author: string;
  readonly changeId: string;
}

/** An item of `proposals` as it is stored, whatever is in it. */
export interface WrittenProposal extends ProposalKey {
  /** `null` when the item has none. */
  readonly text: string | null;
  /** The mark of a proposal without outcome, as its author wrote it; `null` when it is gone. */
  readonly pending: string | null;
  /** Its author has taken it back: home ends it without judging it. */
  readonly isWithdrawn: boolean;
}

/** An item that has the mark of a proposal, and does not lie where proposals lie: anybody may write one under their key. */
export interface StrayMark {
  readonly stray: Key;
  readonly pending: string;
}

/** Home's side of the table `proposals`. */
export interface PendingProposals {
  /** What has the mark of a proposal without outcome, from an index, which may lag: it is read again. Oldest marks first. */
  pending(): AsyncIterable<ProposalKey | StrayMark>;
  /** Takes a mark away that marks nothing, so that nobody meets it again. */
  dropMark(mark: StrayMark): Promise<void>;
  /** Strongly consistent. */
  proposal(key: ProposalKey): Promise<WrittenProposal | undefined>;
  /** Takes the mark away, if it is still the one that was read. */
  settle(proposal: WrittenProposal): Promise<void>;
}
