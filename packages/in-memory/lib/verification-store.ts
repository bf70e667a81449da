import type { Order } from '@flaghoist/core/order';
import type { ExpectRow, Lease, VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { Verdict } from '@flaghoist/core/verdict';
import { hasValues, isAbsent } from './item.ts';
import { Table } from './table.ts';
import { type TransactItem, transactWrite } from './transact-write.ts';
import {
  failuresPk,
  listItem,
  OPEN_PK,
  refusalKey,
  rowIn,
  rowItem,
  rowKey,
  UNPROVEN_PK,
  WINDOW,
} from './verification-items.ts';

/** One region's `verification`. Nobody reads its stream, so it has none. */
export class InMemoryVerificationStore implements VerificationStore {
  readonly #table = new Table({ name: 'verification', region: '', clock: { now: () => 0 }, shards: 0 });

  async expect(row: ExpectRow): Promise<'written' | 'exists'> {
    const writes: TransactItem[] = [
      { table: this.#table, put: rowItem(row), condition: isAbsent },
      { table: this.#table, update: WINDOW, add: { rowsAdded: 1 } },
    ];
    if (row.answer === 'open') writes.push({ table: this.#table, put: listItem(OPEN_PK, row) });
    if (row.answer !== 'consistent') writes.push({ table: this.#table, put: listItem(UNPROVEN_PK, row) });
    if (row.refusal !== null) {
      const refusal = { ...refusalKey(row.flagKey, row.order), refusal: row.refusal };
      writes.push({ table: this.#table, put: refusal });
    }
    return transactWrite(writes).written ? 'written' : 'exists';
  }

  async row(changeId: string): Promise<ExpectRow | undefined> {
    return this.#row(changeId);
  }

  async openRows(limit: number): Promise<readonly ExpectRow[]> {
    return this.#listed(OPEN_PK, limit);
  }

  async unprovenRows(): Promise<readonly ExpectRow[]> {
    return this.#listed(UNPROVEN_PK, Number.POSITIVE_INFINITY);
  }

  async refusalOf(flagKey: string, order: Order): Promise<string | undefined> {
    const { pk, sk } = refusalKey(flagKey, order);
    const refusal = this.#table.get(pk, sk)?.['refusal'];
    return refusal === undefined ? undefined : String(refusal);
  }

  async answer(changeId: string, verdict: Verdict): Promise<void> {
    const row = this.#row(changeId);
    if (row === undefined || row.answer === 'consistent') return;
    const writes: TransactItem[] = [
      { table: this.#table, put: rowItem({ ...row, answer: verdict }), condition: hasValues({ answer: row.answer }) },
      { table: this.#table, delete: listItem(OPEN_PK, row) },
    ];
    if (verdict === 'consistent') writes.push({ table: this.#table, delete: listItem(UNPROVEN_PK, row) });
    transactWrite(writes);
  }

  async reopen(changeIds: readonly string[]): Promise<readonly string[]> {
    return changeIds.filter((changeId) => {
      const row = this.#row(changeId);
      if (row?.answer === 'unknown' || row?.answer === 'inconsistent') this.#open(row);
      return row === undefined;
    });
  }

  async acquireLease(holder: string, now: number, ttlMs: number): Promise<Lease> {
    const acquired = this.#table.write({
      update: WINDOW,
      set: { holder, expiresAt: now + ttlMs },
      condition: (lease) =>
        lease?.['holder'] === undefined || lease['holder'] === holder || Number(lease['expiresAt']) <= now,
    });
    if (!acquired) return { acquired };
    return { acquired, rowsAdded: Number(this.#table.get(WINDOW.pk, WINDOW.sk)?.['rowsAdded'] ?? 0) };
  }

  async releaseLease(holder: string, rowsAdded: number): Promise<boolean> {
    return this.#table.write({
      update: WINDOW,
      remove: ['holder', 'expiresAt'],
      condition: (lease) => lease?.['holder'] === holder && Number(lease['rowsAdded'] ?? 0) === rowsAdded,
    });
  }

  async recordFailure(service: string, changeId: string, now: number, windowMs: number): Promise<readonly string[]> {
    const pk = failuresPk(service);
    for (const { sk, at } of this.#failures(pk)) if (at <= now - windowMs) this.#table.delete({ pk, sk });
    this.#table.put({ pk, sk: changeId, at: now });
    return this.#failures(pk).map(({ sk }) => sk);
  }

  #row(changeId: string): ExpectRow | undefined {
    const { pk, sk } = rowKey(changeId);
    const item = this.#table.get(pk, sk);
    return item === undefined ? undefined : rowIn(item);
  }

  #listed(pk: string, limit: number): ExpectRow[] {
    return this.#table.query({ pk, limit }).flatMap((item) => this.#row(String(item['changeId'])) ?? []);
  }

  /** Counts as an added row: whoever holds the lease must not go before it has looked at this one again. */
  #open(row: ExpectRow): void {
    transactWrite([
      { table: this.#table, put: rowItem({ ...row, answer: 'open' }), condition: hasValues({ answer: row.answer }) },
      { table: this.#table, put: listItem(OPEN_PK, row) },
      { table: this.#table, update: WINDOW, add: { rowsAdded: 1 } },
    ]);
  }

  #failures(pk: string): { sk: string; at: number }[] {
    return this.#table.query({ pk }).map(({ sk, at }) => ({ sk, at: Number(at) }));
  }
}
