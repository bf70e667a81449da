import type { ChangeKey } from '@flaghoist/core/change';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Order } from '@flaghoist/core/order';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type {
  ExpectRow,
  FailedWrites,
  Lease,
  RedisNotes,
  Reopened,
  RowCounts,
  VerificationStore,
} from '@flaghoist/core/ports/verification-store';
import { flagPk, refusalSk, rowKey, WINDOW } from '@flaghoist/core/storage/keys';
import { answeredRows, failuresOf, notesOf, openRows, rowCounters } from '@flaghoist/core/storage/queries';
import {
  failedWritesWrite,
  outageBeginning,
  outageEnding,
  outageGoingOn,
  redisNotesIn,
  toldWrite,
  wellWrite,
} from '@flaghoist/core/storage/redis-notes';
import {
  failedChanges,
  foreignCountersIn,
  mergeLists,
  readableRows,
  refusalOf,
  rowCountsIn,
  rowOf,
} from '@flaghoist/core/storage/verification-items';
import {
  answering,
  counterAnew,
  expectation,
  failureWrite,
  leaseOver,
  leaseReturning,
  leaseTaking,
} from '@flaghoist/core/storage/verification-writes';
import type { Item, ItemWrite, Query, Write } from '@flaghoist/core/storage/write';
import type { Look, Verdict } from '@flaghoist/core/verdict';
import { type Contention, transactInTime, writeInTime } from './contention.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { Limits } from './limits.ts';
import { Table } from './table.ts';

interface Options {
  /** What the limits of a partition are counted by. */
  readonly clock: Pick<Clock, 'now'>;
  readonly contention?: Contention | undefined;
  readonly limits?: Limits | undefined;
  /** The row of a change that was decided before this process began. */
  readonly settledRow?: ((key: ChangeKey) => ExpectRow | undefined) | undefined;
  /** Told of rows that cannot be read. */
  readonly log?: Pick<Logger, 'error'>;
}

/** How often a row is read again whose answer somebody else has just changed. */
const ATTEMPTS = 5;

/** One region's `verification`. Nobody reads its stream, so it has none; what has expired stays. */
export class InMemoryVerificationStore implements VerificationStore {
  readonly #table: Table;
  readonly #contention: Contention | undefined;
  readonly #log: Pick<Logger, 'error'> | undefined;
  readonly #settledRow: Options['settledRow'];
  readonly #tables: { readonly verification: Table };
  /** An item never changes, and a pass of the reconciler reads all of them. */
  readonly #parsed = new WeakMap<Item, ExpectRow>();

  /** @param options.contention without it transactions are over at once */
  constructor({ clock, contention, limits, log, settledRow }: Options) {
    this.#table = new Table({ name: 'verification', region: '', clock, shards: 0, ...(limits && { limits }) });
    this.#tables = { verification: this.#table };
    this.#contention = contention;
    this.#log = log;
    this.#settledRow = settledRow;
  }

  /** What somebody else writes into the table. */
  writeForeign(item: Item): void {
    this.#table.put(item);
  }

  async expect(row: ExpectRow): Promise<'written' | 'exists'> {
    const written = await this.#counted(row.expectedAt, () => this.#transact(expectation(row)));
    return written ? 'written' : 'exists';
  }

  async row(key: ChangeKey): Promise<ExpectRow | undefined> {
    return this.#row(key) ?? this.#settledRow?.(key);
  }

  async openRows(limit: number): Promise<readonly ExpectRow[]> {
    return this.#rowsOf(this.#table.query({ ...openRows, limit }));
  }

  async unprovenRows(): Promise<readonly ExpectRow[]> {
    const rowsIn = (query: Query) => this.#rowsOf(this.#table.query(query));
    return mergeLists(rowsIn(openRows), rowsIn(answeredRows));
  }

  async refusalOf(flagKey: string, order: Order): Promise<string | undefined> {
    const item = this.#table.get(flagPk(flagKey), refusalSk(order));
    return item && refusalOf(item);
  }

  async answer(answered: ChangeKey & Pick<ExpectRow, 'look'>, verdict: Verdict): Promise<void> {
    await this.#answer(answered, verdict, answered.look);
  }

  async reopen(keys: readonly ChangeKey[], look: Look): Promise<Reopened> {
    const missing: ChangeKey[] = [];
    const proven: ExpectRow[] = [];
    for (const key of keys) {
      const row = await this.#answer(key, 'open', look);
      if (row === undefined) missing.push(key);
      else if (row.answer === 'consistent') proven.push(row);
    }
    return { missing, proven };
  }

  async acquireLease(holder: string, now: number, ttlMs: number): Promise<Lease> {
    const until = now + ttlMs;
    const taken = await this.#write(leaseTaking(holder, now, until));
    if (!taken && !(await this.#takeOver(holder, now, until))) return { acquired: false };
    await this.#countAnew(now);
    return { acquired: true, rowsAdded: rowCountsIn(this.#table.query(rowCounters)) };
  }

  async releaseLease(holder: string, rowsAdded: RowCounts): Promise<boolean> {
    return this.#transact(leaseReturning(holder, rowsAdded));
  }

  async recordFailure(
    service: string,
    change: ChangeKey,
    now: number,
    windowMs: number,
  ): Promise<readonly ChangeKey[]> {
    await this.#write(failureWrite({ service, change, at: now, windowMs }));
    return failedChanges(this.#table.query(failuresOf(service, now, windowMs)));
  }

  async noteFailedWrites(failed: FailedWrites): Promise<void> {
    const { redis, error, at } = failed;
    await this.#write(failedWritesWrite(failed));
    if (error === null) return;
    if (!(await this.#write(outageBeginning(redis, error, at)))) await this.#write(outageGoingOn(redis, error, at));
  }

  async noteWell(redis: string, cell: string, at: number): Promise<void> {
    await this.#write(wellWrite(redis, cell, at));
  }

  async redisNotes(redis: string, now: number, windowMs: number): Promise<RedisNotes> {
    return redisNotesIn(notesOf(redis, now - windowMs).flatMap((query) => this.#table.query(query)));
  }

  async endOutage(redis: string, outage: NonNullable<RedisNotes['outage']>, at: number): Promise<boolean> {
    return this.#transact(outageEnding(redis, outage, at));
  }

  async noteTold(redis: string, at: number): Promise<void> {
    await this.#write(toldWrite(redis, at));
  }

  /** Takes a lease that somebody else wrote. @returns whether it is this holder's now */
  async #takeOver(holder: string, now: number, until: number): Promise<boolean> {
    const over = leaseOver(this.#table.get(WINDOW.pk, WINDOW.sk), holder, now, until);
    if (over === undefined) return false;
    this.#log?.error('lease of the window was written around the checker, it is taken over: find out who wrote it', {
      place: `verification ${WINDOW.pk}/${WINDOW.sk}`,
    });
    return await this.#write(over);
  }

  /** @returns whether a counter was no number, and counts anew */
  async #countAnew(now: number): Promise<boolean> {
    const foreign = foreignCountersIn(this.#table.query(rowCounters));
    for (const sk of foreign) {
      this.#log?.error('counter of rows is no number, it counts anew: find out who wrote it', {
        place: `verification ${WINDOW.pk}/${sk}`,
      });
      await this.#write(counterAnew(sk, now));
    }
    return foreign.length > 0;
  }

  /** What counts a row where somebody wrote a text fails, until that counts anew. */
  async #counted<T>(now: number, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (await this.#countAnew(now)) return write();
      throw error;
    }
  }

  /** @returns the row as it was before, if there is one */
  async #answer(key: ChangeKey, answer: ExpectRow['answer'], look: Look): Promise<ExpectRow | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const row = this.#row(key);
      if (row === undefined) return undefined;
      const writes = answering(row, answer, look);
      if (writes.length === 0 || (await this.#counted(row.expectedAt, () => this.#transact(writes)))) return row;
    }
    throw new UnavailableError(`expectation of ${key.changeId}`, 'Its answer changed while it was written. Try again.');
  }

  #write(write: ItemWrite): Promise<boolean> {
    return writeInTime(write, this.#table, this.#contention);
  }

  async #transact(writes: readonly Write<'verification'>[]): Promise<boolean> {
    return (await transactInTime(writes, this.#tables, this.#contention)).length === 0;
  }

  #row(key: ChangeKey): ExpectRow | undefined {
    const { pk, sk } = rowKey(key);
    const item = this.#table.get(pk, sk);
    return item && this.#rowsOf([item])[0];
  }

  #rowsOf(items: readonly Item[]): ExpectRow[] {
    return readableRows(items, this.#log, (item) => {
      const row = this.#parsed.get(item) ?? deepFreeze(rowOf(item));
      this.#parsed.set(item, row);
      return row;
    });
  }
}
