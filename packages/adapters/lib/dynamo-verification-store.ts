import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Order } from '@flaghoist/core/order';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import type { ExpectRow, Lease, VerificationStore } from '@flaghoist/core/ports/verification-store';
import { flagPk, ROW_SK, refusalSk, rowPk } from '@flaghoist/core/storage/keys';
import { answeredRows, failuresOf, openRows } from '@flaghoist/core/storage/queries';
import { failedChanges, mergeLists, refusalOf, rowOf, rowsAddedIn } from '@flaghoist/core/storage/verification-items';
import {
  answering,
  expectation,
  failureWrite,
  leaseReturning,
  leaseTaking,
} from '@flaghoist/core/storage/verification-writes';
import type { FoundItem, ItemWrite, Query, Write } from '@flaghoist/core/storage/write';
import type { Verdict } from '@flaghoist/core/verdict';
import { queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { transact, writeItem } from './dynamo-write.ts';

interface Options extends TableAccess {
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** For the waits between attempts of a transaction that another one is in the way of. */
  readonly clock: Clock;
  readonly random: Random;
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
    return (await this.#transact(`expectation of ${row.changeId}`, expectation(row))) === 'written'
      ? 'written'
      : 'exists';
  }

  async row(changeId: string): Promise<ExpectRow | undefined> {
    const item = await readItem(this.#options, { pk: rowPk(changeId), sk: ROW_SK });
    return item && rowOf(item);
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

  async answer(changeId: string, verdict: Verdict): Promise<void> {
    await this.#answer(changeId, verdict);
  }

  async reopen(changeIds: readonly string[]): Promise<readonly string[]> {
    const missing: string[] = [];
    for (let from = 0; from < changeIds.length; from += WIDTH) {
      const ids = changeIds.slice(from, from + WIDTH);
      const found = await Promise.all(ids.map((id) => this.#answer(id, 'open')));
      missing.push(...ids.filter((_, place) => !found[place]));
    }
    return missing;
  }

  async acquireLease(holder: string, now: number, ttlMs: number): Promise<Lease> {
    const taken = await this.#write('lease of the window', leaseTaking(holder, now, now + ttlMs));
    return taken.result === 'moved' ? { acquired: false } : { acquired: true, rowsAdded: rowsAddedIn(taken.item) };
  }

  async releaseLease(holder: string, rowsAdded: number): Promise<boolean> {
    return (await this.#write('lease of the window', leaseReturning(holder, rowsAdded))).result === 'written';
  }

  async recordFailure(service: string, changeId: string, now: number, windowMs: number): Promise<readonly string[]> {
    await this.#write(`failure of ${service}`, failureWrite({ service, changeId, at: now, windowMs }));
    return failedChanges(await this.#items(failuresOf(service, now, windowMs)));
  }

  /**
   * Gives a row another answer, however often it is changed meanwhile.
   *
   * @returns whether there is such a row
   */
  async #answer(changeId: string, answer: ExpectRow['answer']): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const row = await this.row(changeId);
      if (row === undefined) return false;
      const writes = answering(row, answer);
      if (writes.length === 0) return true;
      if ((await this.#transact(`answer of ${changeId}`, writes)) === 'written') return true;
    }
    throw new UnavailableError(
      `expectation of ${changeId}`,
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
    return (await this.#items(query)).map(rowOf);
  }
}
