import type { ChangeRecord } from '../change.ts';
import type { EventOf } from '../events.ts';
import type { Order } from '../order.ts';
import type { RefusedProposal } from '../proposal.ts';
import type { Given } from './approval-store.ts';
import type { WriteResult } from './change-store.ts';

/** Something of which the trail must speak, as home has stored it. */
export type Happening = {
  /** When it came to what it is, by home's clock. Epoch milliseconds. */
  readonly at: number;
} & (
  | { readonly record: ChangeRecord }
  | { readonly outcome: RefusedProposal }
  | { readonly given: Given }
  | { readonly overwriting: EventOf<'TamperingFound'> }
  /** An item that is neither: a foreign writer's. */
  | { readonly unreadable: unknown }
);

/** How far the sweep has come. */
export interface SweepProgress {
  /** What happened before this moment is in the trail. Epoch milliseconds. */
  readonly through: number;
  /** The last revision whose chain was checked; `null` when the walk over all revisions begins anew. */
  readonly chain: { readonly flagKey: string; readonly order: Order; readonly envelopeDigest: string } | null;
  /** When home last asked for changes that ended unverified. */
  readonly askedAt: number;
}

export type ReadProgress = SweepProgress | 'unreadable' | undefined;

/**
 * The table `changes` by time, for the sweep. The index behind it lags by seconds; the sweep asks only for what is minutes
 * old.
 */
export interface TrailStore {
  /** Outcomes of proposals that were refused, approvals, what was written over either, and records by their last decision: from `from` on and before `to`, oldest first. */
  happened(from: number, to: number): AsyncIterable<Happening>;
  /** Records of changes that are undecided, unverified or held, since `from` at the earliest and before `to`, oldest first. */
  awaited(from: number, to: number): AsyncIterable<Happening>;
  /** `unreadable`: somebody else wrote there. */
  progress(): Promise<ReadProgress>;
  /** `moved`: it is no longer what was read, since another sweep has gone on; it stays as it is. */
  keepProgress(progress: SweepProgress, read: ReadProgress): Promise<WriteResult>;
}
