import type { Approval } from '../approval.ts';
import type { Proposal } from '../proposal.ts';
import type { WriteResult } from './change-store.ts';

/** Where an approval lies in `proposals`. */
export interface ApprovalKey {
  /** The principal under whose key it lies. */
  readonly principal: string;
  readonly proposalDigest: string;
  /** Under the key of a trusted submitter: the approver in whose name it was brought. */
  readonly actor?: string | undefined;
}

export type Approved = 'written' | 'renewed' | 'exists';

/** What whoever approves, and whoever asks for approvals, may do. */
export interface ApprovalStore {
  /**
   * Writes an approval under the caller's own key, or gives it once more: from then on it counts as given now. `exists`: what
   * is there approves something else, or was given under newer rules; nothing was written.
   */
  approve(approval: Approval, actor?: string): Promise<Approved>;
  /** Shows what is going to be proposed in an environment. `exists`: it is there. */
  draft(proposal: Proposal, environment: string): Promise<'written' | 'exists'>;
  /** Another one's draft; `undefined` when there is none that can be read, and that is what the digest names. */
  drafted(author: string, proposalDigest: string, environment: string): Promise<Proposal | undefined>;
}

/** An item of an approval as somebody wrote it, whatever is in it. */
export interface WrittenApproval extends ApprovalKey {
  readonly text: string | null;
  /** How often it was given, in the words of who wrote it; 1 unless it says more. */
  readonly times: number;
}

/** An approval, how often it was given, and when last, by the stream, in epoch milliseconds. */
export interface GivenAgain {
  readonly approval: Approval;
  readonly times: number;
  readonly at: number;
}

/** What home keeps of an approval that it heard of. */
export interface Given extends GivenAgain {
  readonly key: ApprovalKey;
}

/** What is known of an approval: as home heard of it first, or as it lies there when home has not heard of it yet. */
export interface FoundApproval {
  readonly approval: Approval;
  /** When it was written, by the stream; `null` while home has not heard of it. Epoch milliseconds. */
  readonly at: number | null;
  /** The change that was accepted with it. */
  readonly usedBy: string | null;
}

/** Home's side of approvals. All reads are by key, and strongly consistent. */
export interface GivenApprovals {
  /**
   * Keeps an approval as it was written, if it is the first under its key, or gives the same once more, later.
   *
   * @param notedAt when home heard of it, epoch milliseconds: where the sweep of the trail looks for it
   */
  note(key: ApprovalKey, given: GivenAgain, notedAt: number): Promise<WriteResult>;
  found(key: ApprovalKey): Promise<FoundApproval | undefined>;
}
