import type { ChangeKey } from '@flaghoist/core/change';
import type { Order } from '@flaghoist/core/order';
import type {
  ExpectRow,
  Lease,
  Reopened,
  RowCounts,
  VerificationStore,
} from '@flaghoist/core/ports/verification-store';
import { flagPk, refusalSk, rowKey } from '@flaghoist/core/storage/keys';
import { answeredRows, failuresOf, openRows, rowCounters } from '@flaghoist/core/storage/queries';
import { failedChanges, mergeLists, refusalOf, rowCountsIn, rowOf } from '@flaghoist/core/storage/verification-items';
import {
  answering,
  expectation,
  failureWrite,
  leaseReturning,
  leaseTaking,
} from '@flaghoist/core/storage/verification-writes';
import type { Look, Verdict } from '@flaghoist/core/verdict';
import { Table } from './table.ts';
import { transactWrite } from './transact-write.ts';

/** One region's `verification`. Nobody reads its stream, so it has none; what has expired stays. */
export class InMemoryVerificationStore implements VerificationStore {
  readonly #table = new Table({ name: 'verification', region: '', clock: { now: () => 0 }, shards: 0 });
  readonly #tables = { verification: this.#table };

  async expect(row: ExpectRow): Promise<'written' | 'exists'> {
    return transactWrite(expectation(row), this.#tables).length === 0 ? 'written' : 'exists';
  }

  async row(key: ChangeKey): Promise<ExpectRow | undefined> {
    return this.#row(key);
  }

  async openRows(limit: number): Promise<readonly ExpectRow[]> {
    return this.#table.query({ ...openRows, limit }).map(rowOf);
  }

  async unprovenRows(): Promise<readonly ExpectRow[]> {
    return mergeLists(this.#table.query(openRows).map(rowOf), this.#table.query(answeredRows).map(rowOf));
  }

  async refusalOf(flagKey: string, order: Order): Promise<string | undefined> {
    const item = this.#table.get(flagPk(flagKey), refusalSk(order));
    return item && refusalOf(item);
  }

  async answer(answered: ChangeKey & Pick<ExpectRow, 'look'>, verdict: Verdict): Promise<void> {
    const row = this.#row(answered);
    if (row !== undefined) transactWrite(answering(row, verdict, answered.look), this.#tables);
  }

  async reopen(keys: readonly ChangeKey[], look: Look): Promise<Reopened> {
    const missing: ChangeKey[] = [];
    const proven: ExpectRow[] = [];
    for (const key of keys) {
      const row = this.#row(key);
      if (row === undefined) missing.push(key);
      else if (row.answer === 'consistent') proven.push(row);
      else transactWrite(answering(row, 'open', look), this.#tables);
    }
    return { missing, proven };
  }

  async acquireLease(holder: string, now: number, ttlMs: number): Promise<Lease> {
    if (!this.#table.write(leaseTaking(holder, now, now + ttlMs))) return { acquired: false };
    return { acquired: true, rowsAdded: rowCountsIn(this.#table.query(rowCounters)) };
  }

  async releaseLease(holder: string, rowsAdded: RowCounts): Promise<boolean> {
    return transactWrite(leaseReturning(holder, rowsAdded), this.#tables).length === 0;
  }

  async recordFailure(service: string, changeId: string, now: number, windowMs: number): Promise<readonly string[]> {
    this.#table.write(failureWrite({ service, changeId, at: now, windowMs }));
    return failedChanges(this.#table.query(failuresOf(service, now, windowMs)));
  }

  #row(key: ChangeKey): ExpectRow | undefined {
    const { pk, sk } = rowKey(key);
    const item = this.#table.get(pk, sk);
    return item && rowOf(item);
  }
}
