import type { ChangeRecord } from '../change.ts';
import type { FactsChange } from '../facts.ts';
import type { AcceptedProposal } from '../proposal.ts';
import type { WriteResult } from './change-store.ts';

/** How a home keeps in `changes` what another home accepted: from revisions, since `changes` does not replicate. */
export interface TakeOverStore {
  /**
   * How a proposal ended there. `moved`: there is an outcome, and it stays.
   *
   * @param acceptedAt epoch milliseconds: of what the outcome was read
   */
  takeOverOutcome(outcome: AcceptedProposal, acceptedAt: number): Promise<WriteResult>;
  /** A change's record. `moved`: there is one, and it stays. */
  takeOverRecord(record: ChangeRecord): Promise<WriteResult>;
  /** What a flag is to others, where that was written elsewhere, or has not come. `moved`: what it relies on has changed. */
  takeOverFacts(flagKey: string, facts: FactsChange): Promise<WriteResult>;
  /** Another state of a change of an older epoch. `moved`: it is no longer in the state in which it was read. */
  resettle(read: ChangeRecord, settled: ChangeRecord): Promise<WriteResult>;
}
