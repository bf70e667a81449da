import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ChangeKey } from '@flaghoist/core/change';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Order } from '@flaghoist/core/order';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
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
import type { FoundItem, ItemWrite, Query, Write } from '@flaghoist/core/storage/write';
import type { Look, Verdict } from '@flaghoist/core/verdict';
import { queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { transact, writeItem } from './dynamo-write.ts';

interface Options extends TableAccess {
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** For the waits between attempts of a transaction that another one is in the way of. */
  readonly clock: Clock;
  readonly random: Random;
  /** Told of rows that cannot be read. */
  readonly log?: Pick<Logger, 'error'>;
}

/** How often a row is read again whose answer somebody else has just changed. */
const ATTEMPTS = 5;
/** Rows reopened at once. */
const WIDTH = 20;

/** One region's table `verification`. */
export class DynamoVerificationStore implements VerificationStore {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async expect(row: ExpectRow): Promise<'written' | 'exists'> {
    const write = () => this.#transact(`expectation of ${row.changeId}`, expectation(row));
    return (await this.#counted(row.expectedAt, write)) === 'written' ? 'written' : 'exists';
  }

  async row(key: ChangeKey): Promise<ExpectRow | undefined> {
    const item = await readItem(this.#options, rowKey(key));
    return item && readableRows([item], this.#options.log)[0];
  }

  openRows(limit: number): Promise<readonly ExpectRow[]> {
    return this.#rows({ ...openRows, limit });
  }

  async unprovenRows(): Promise<readonly ExpectRow[]> {
    // One after the other: a row that is answered in between is in both, and never in neither.
    const open = await this.#rows(openRows);
    return mergeLists(open, await this.#rows(answeredRows));
  }

  async refusalOf(flagKey: string, order: Order): Promise<string | undefined> {
    const item = await readItem(this.#options, { pk: flagPk(flagKey), sk: refusalSk(order) });
    return item && refusalOf(item);
  }

  async answer(answered: ChangeKey & Pick<ExpectRow, 'look'>, verdict: Verdict): Promise<void> {
    await this.#answer(answered, verdict, answered.look);
  }

  async reopen(keys: readonly ChangeKey[], look: Look): Promise<Reopened> {
    const missing: ChangeKey[] = [];
    const proven: ExpectRow[] = [];
    for (let from = 0; from < keys.length; from += WIDTH) {
      const some = keys.slice(from, from + WIDTH);
      const rows = await Promise.all(some.map((key) => this.#answer(key, 'open', look)));
      missing.push(...some.filter((_, place) => rows[place] === undefined));
      proven.push(...rows.filter((row) => row !== undefined).filter(({ answer }) => answer === 'consistent'));
    }
    return { missing, proven };
  }

  async acquireLease(holder: string, now: number, ttlMs: number): Promise<Lease> {
    const until = now + ttlMs;
    const taken = await this.#write('lease of the window', leaseTaking(holder, now, until));
    if (taken.result === 'moved' && !(await this.#takeOver(holder, now, until))) return { acquired: false };
    // After it was taken: whatever is added from now on keeps the lease here.
    const counters = await this.#items(rowCounters);
    const anew = await this.#countAnew(now, counters);
    return { acquired: true, rowsAdded: rowCountsIn(anew ? await this.#items(rowCounters) : counters) };
  }

  async releaseLease(holder: string, rowsAdded: RowCounts): Promise<boolean> {
    return (await this.#transact('lease of the window', leaseReturning(holder, rowsAdded))) === 'written';
  }

  async recordFailure(
    service: string,
    change: ChangeKey,
    now: number,
    windowMs: number,
  ): Promise<readonly ChangeKey[]> {
    await this.#write(`failure of ${service}`, failureWrite({ service, change, at: now, windowMs }));
    return failedChanges(await this.#items(failuresOf(service, now, windowMs)));
  }

  async noteFailedWrites(failed: FailedWrites): Promise<void> {
    const { redis, error, at } = failed;
    const what = `note of ${redis}`;
    await this.#write(what, failedWritesWrite(failed));
    if (error === null) return;
    const begun = await this.#write(what, outageBeginning(redis, error, at));
    if (begun.result === 'moved') await this.#write(what, outageGoingOn(redis, error, at));
  }

  async noteWell(redis: string, cell: string, at: number): Promise<void> {
    await this.#write(`note of ${redis}`, wellWrite(redis, cell, at));
  }

  async redisNotes(redis: string, now: number, windowMs: number): Promise<RedisNotes> {
    const [beforeMinutes, sinceThen] = notesOf(redis, now - windowMs);
    return redisNotesIn([...(await this.#items(beforeMinutes)), ...(await this.#items(sinceThen))]);
  }

  async endOutage(redis: string, outage: NonNullable<RedisNotes['outage']>, at: number): Promise<boolean> {
    return (await this.#transact(`note of ${redis}`, outageEnding(redis, outage, at))) === 'written';
  }

  async noteTold(redis: string, at: number): Promise<void> {
    await this.#write(`note of ${redis}`, toldWrite(redis, at));
  }

  /** Takes a lease that somebody else wrote. @returns whether it is this holder's now */
  async #takeOver(holder: string, now: number, until: number): Promise<boolean> {
    const over = leaseOver(await readItem(this.#options, WINDOW), holder, now, until);
    if (over === undefined) return false;
    this.#options.log?.error(
      'lease of the window was written around the checker, it is taken over: find out who wrote it',
      {
        place: `verification ${WINDOW.pk}/${WINDOW.sk}`,
      },
    );
    return (await this.#write('lease of the window', over)).result === 'written';
  }

  /** @returns whether a counter was no number, and counts anew */
  async #countAnew(now: number, counters: readonly FoundItem[]): Promise<boolean> {
    const foreign = foreignCountersIn(counters);
    for (const sk of foreign) {
      this.#options.log?.error('counter of rows is no number, it counts anew: find out who wrote it', {
        place: `verification ${WINDOW.pk}/${sk}`,
      });
      await this.#write('counter of rows', counterAnew(sk, now));
    }
    return foreign.length > 0;
  }

  /** What counts a row where somebody wrote a text fails, until that counts anew. */
  async #counted<T>(now: number, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (await this.#countAnew(now, await this.#items(rowCounters))) return write();
      throw error;
    }
  }

  /**
   * Gives a row another answer, however often it is changed meanwhile.
   *
   * @returns the row as it was before, if there is one
   */
  async #answer(key: ChangeKey, answer: ExpectRow['answer'], look: Look): Promise<ExpectRow | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const row = await this.row(key);
      if (row === undefined) return undefined;
      const writes = answering(row, answer, look);
      const write = () => this.#transact(`answer of ${key.changeId}`, writes);
      if (writes.length === 0 || (await this.#counted(row.expectedAt, write)) === 'written') return row;
    }
    throw new UnavailableError(
      `expectation of ${key.changeId}`,
      `Its answer changed ${ATTEMPTS} times while it was being written. It is tried again.`,
    );
  }

  #write(what: string, write: ItemWrite): ReturnType<typeof writeItem> {
    return writeItem(what, write, this.#options, this.#options);
  }

  #transact(what: string, writes: readonly Write<'verification'>[]): ReturnType<typeof transact> {
    const { client, table: verification, clock, random } = this.#options;
    return transact(what, writes, { client, tables: { verification }, clock, random });
  }

  async #items(query: Query): Promise<FoundItem[]> {
    const items: FoundItem[] = [];
    for await (const item of queryItems(this.#options, query)) items.push(item);
    return items;
  }

  async #rows(query: Query): Promise<ExpectRow[]> {
    return readableRows(await this.#items(query), this.#options.log);
  }
}
