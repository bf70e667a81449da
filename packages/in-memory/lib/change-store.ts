import type { ChangeRecord } from '@flaghoist/core/change';
import { type Proof, supersedesProof } from '@flaghoist/core/decision';
import type { Envelope } from '@flaghoist/core/envelope';
import { CHANGE_PREFIX, changePk, changeSk, flagPk, OUTCOME_SK, PROOF_PREFIX, proofSk } from '@flaghoist/core/items';
import type { Order } from '@flaghoist/core/order';
import type { ChangeStore, DecisionWrite, ExpectedCurrent, WriteResult } from '@flaghoist/core/ports/change-store';
import type { Proposal, ProposalOutcome } from '@flaghoist/core/proposal';
import { outcomeIn, outcomeItem, proofIn, proofItem, proposalItem, recordIn, revertsKey } from './change-items.ts';
import { acceptWrites, decisionWrites, type Tables } from './change-transactions.ts';
import { isAbsent } from './item.ts';
import { type TransactItem, transactWrite } from './transact-write.ts';

const PAGE = 20;

const outcomeOfTransaction = (items: readonly TransactItem[]): WriteResult =>
  transactWrite(items).written ? 'written' : 'moved';

/** The home region's `changes`, and its transactions with `flags`, on two `Table`s of one region. */
export class InMemoryChangeStore implements ChangeStore {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async propose(proposal: Proposal): Promise<'written' | 'exists'> {
    return this.#tables.changes.put(proposalItem(proposal), isAbsent) ? 'written' : 'exists';
  }

  async outcome(changeId: string): Promise<ProposalOutcome | undefined> {
    const item = this.#tables.changes.get(changePk(changeId), OUTCOME_SK);
    return item === undefined ? undefined : outcomeIn(item);
  }

  async accept(envelope: Envelope, replaces: ExpectedCurrent | null): Promise<WriteResult> {
    return outcomeOfTransaction(acceptWrites(this.#tables, envelope, replaces));
  }

  async refuse(outcome: Exclude<ProposalOutcome, { outcome: 'accepted' }>): Promise<WriteResult> {
    return this.#tables.changes.put(outcomeItem(outcome), isAbsent) ? 'written' : 'moved';
  }

  async record(flagKey: string, order: Order): Promise<ChangeRecord | undefined> {
    const item = this.#tables.changes.get(flagPk(flagKey), changeSk(order));
    return item === undefined ? undefined : recordIn(item);
  }

  async *recordsBefore(flagKey: string, order: Order): AsyncIterable<ChangeRecord> {
    let after = changeSk(order);
    while (true) {
      const page = this.#tables.changes.query({
        pk: flagPk(flagKey),
        skPrefix: CHANGE_PREFIX,
        descending: true,
        limit: PAGE,
        after,
      });
      for (const item of page) yield recordIn(item);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last.sk;
    }
  }

  async recordProof(changeId: string, proof: Proof): Promise<void> {
    const recorded = this.#tables.changes.get(changePk(changeId), proofSk(proof.region));
    if (supersedesProof(recorded && proofIn(recorded), proof)) this.#tables.changes.put(proofItem(changeId, proof));
  }

  async proofs(changeId: string): Promise<readonly Proof[]> {
    return this.#tables.changes.query({ pk: changePk(changeId), skPrefix: PROOF_PREFIX }).map(proofIn);
  }

  async revertsInMinute(now: number): Promise<number> {
    const { pk, sk } = revertsKey(now);
    return Number(this.#tables.changes.get(pk, sk)?.['count'] ?? 0);
  }

  async decide(decision: DecisionWrite): Promise<WriteResult> {
    return outcomeOfTransaction(decisionWrites(this.#tables, decision));
  }
}
