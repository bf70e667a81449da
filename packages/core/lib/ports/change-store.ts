import type { Blame, ChangeKey, ChangeRecord, FoundRecord, HoldReason, Need } from '../change.ts';
import type { Outage } from '../complaint.ts';
import type { Envelope } from '../envelope.ts';
import type { EventOf } from '../events.ts';
import type { FactsChange } from '../facts.ts';
import type { Order } from '../order.ts';
import type { Proof } from '../proof.ts';
import type { ProposalOutcome, RefusedProposal } from '../proposal.ts';
import type { FoundItem } from '../storage/write.ts';
import type { OutageStore } from './outage-store.ts';
import type { ProposalKey } from './proposal-store.ts';

/** CURRENT as a transaction expects to find it. */
export interface ExpectedCurrent {
  readonly order: Order;
  readonly envelopeDigest: string;
}

/** `moved`: a condition failed, nothing was written; read again. */
export type WriteResult = 'written' | 'moved';

export interface AcceptOptions {
  /**
   * Whatever stands in the places of REVISION and record is written over. Nothing accepted can stand there while CURRENT is
   * what `replaces` says: all of them are written in one transaction.
   */
  readonly over?: boolean;
}

/** The table `changes`, and the transactions that join it with `flags`. Home region only. */
export interface ChangeStore extends OutageStore {
  /**
   * One transaction (rule 2): CURRENT if it is still what `replaces` says (`null`: there is none), REVISION, the
   * change's record, and the outcome of its proposal under author and change id, if there is none yet; FACTS, NEEDED and
   * ALIKE, if what was read of them still stands.
   *
   * @param facts left out for a change that moves none
   */
  accept(
    envelope: Envelope,
    replaces: ExpectedCurrent | null,
    facts?: FactsChange,
    options?: AcceptOptions,
  ): Promise<WriteResult>;
  /** How a proposal ended: an id is unique for its author only. */
  outcome(author: string, changeId: string): Promise<ProposalOutcome | undefined>;
  /** Ends a proposal without accepting it, if it has no outcome yet. */
  refuse(outcome: RefusedProposal): Promise<WriteResult>;
  /** Keeps what a proposal was that has no outcome yet, once for each id: whatever is written over it meanwhile is not judged. */
  leave(proposal: ProposalKey, proposedDigest: string): Promise<WriteResult>;
  /** The digest of what was left first under an id. */
  leftDigest(proposal: ProposalKey): Promise<string | undefined>;
  /**
   * Keeps that somebody wrote over an item of `proposals`, once for each text. `moved`: it is kept already.
   *
   * @param notedAt when home heard of it, epoch milliseconds: where the sweep of the trail looks for it
   */
  noteOverwriting(item: FoundItem, event: EventOf<'TamperingFound'>, notedAt: number): Promise<WriteResult>;

  record(flagKey: string, order: Order): Promise<ChangeRecord | undefined>;
  /**
   * Changes that nobody has decided, accepted before a moment, oldest first. From an index, which may lag: what is found here
   * is read again.
   */
  undecided(before: number): AsyncIterable<{ readonly flagKey: string; readonly order: Order }>;
  /** The accepted changes of a flag before an order, newest first. Read lazily: stop when you have seen enough. */
  recordsBefore(flagKey: string, order: Order): AsyncIterable<FoundRecord>;

  /** Keeps a region's answer as `supersedesProof` says. */
  recordProof(key: ChangeKey, proof: Proof): Promise<void>;
  proofs(key: ChangeKey): Promise<readonly Proof[]>;

  /** How many reverts were written in the minute that `now` falls into. */
  revertsInMinute(now: number): Promise<number>;
  /** One transaction (rule 13). A repeated attempt finds the record's state moved. */
  decide(decision: DecisionWrite): Promise<WriteResult>;
}

interface Judged {
  /** As read: the transaction fails when the record's state is another by now. */
  readonly judged: ChangeRecord;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type DecisionWrite =
  | (Judged & { readonly action: 'verify'; readonly knownGood: KnownGoodMove | null })
  | (Judged & { readonly action: 'advance-known-good'; readonly knownGood: KnownGoodMove })
  | (Judged & {
      readonly action: 'revert';
      readonly revert: Envelope;
      /** Left out: the revert moves no facts. */
      readonly facts?: FactsChange;
      /** KNOWN_GOOD must still be this, or absent. */
      readonly knownGood: Order | null;
      /** What it goes back to, which must still be as read. Left out, or `null`: there is nothing to go back to. */
      readonly target?: FoundRecord | null;
      readonly blame: Blame;
      /** Those that have taken a change back with this one; none of them may have done so before. */
      readonly outages?: readonly Outage[];
      /** As in `AcceptOptions`. */
      readonly over?: boolean;
      /** The transaction fails once this many reverts were written in the minute of `now`. */
      readonly revertsPerMinute: number;
    })
  | (Judged &
      Partial<Ended> & {
        readonly action: 'hold';
        readonly reason: HoldReason;
        readonly blame: Blame;
        /** Those that the revert would have left without what they need. */
        readonly needs?: readonly Need[];
      })
  | (Judged & Ended & { readonly action: 'supersede'; readonly blame: Blame })
  /** Who had not answered stands in the record for ever: the trail says it, and proofs that come later do not change it. */
  | (Judged & { readonly action: 'unverify'; readonly silentRegions?: readonly string[]; readonly seen?: Seen });

/** What home knows of a change's caches as it ends it without a proof: whether it may be a floor later on (rule 14). */
export type Seen = Pick<ChangeRecord, 'seenAt' | 'failed'>;

interface Ended {
  readonly seen?: Seen;
  /** CURRENT must still be of this order. Left out: whatever CURRENT is. */
  readonly current: Order;
}

/** KNOWN_GOOD moves to the judged change, if it still is `from`. */
export interface KnownGoodMove {
  readonly from: Order | null;
}
