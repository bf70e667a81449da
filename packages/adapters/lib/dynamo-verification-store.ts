import {
  type DynamoDBClient,
  PutItemCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '@flaghoist/core/errors';
import { flagPk } from '@flaghoist/core/items';
import type { Order } from '@flaghoist/core/order';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import type { ExpectRow, Lease, VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { Verdict } from '@flaghoist/core/verdict';
import { callAws } from './aws-call.ts';
import { number, numberOr, optionalText, text } from './dynamo-attributes.ts';
import { IS_NEW } from './dynamo-conditions.ts';
import { queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { transact, writeIf } from './dynamo-write.ts';
import {
  ANSWERED_PK,
  failureItem,
  failuresPk,
  listItem,
  listKey,
  listOf,
  OPEN_PK,
  ROW_SK,
  refusalItem,
  refusalSk,
  rowItem,
  rowOf,
  rowPk,
  timeKey,
  WINDOW_KEY,
} from './verification-items.ts';

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
    const { table } = this.#options;
    const list = listOf(row);
    const result = await transact(
      `expectation of ${row.changeId}`,
      [
        { Put: { TableName: table, Item: rowItem(row), ...IS_NEW } },
        this.#countRow(),
        ...(list === undefined ? [] : [{ Put: { TableName: table, Item: listItem(list, row) } }]),
        ...(row.refusal === null ? [] : [{ Put: { TableName: table, Item: refusalItem(row, row.refusal) } }]),
      ],
      this.#options,
    );
    return result === 'written' ? 'written' : 'exists';
  }

  async row(changeId: string): Promise<ExpectRow | undefined> {
    const item = await readItem(this.#options, rowPk(changeId), ROW_SK);
    return item && rowOf(item);
  }

  openRows(limit: number): Promise<readonly ExpectRow[]> {
    return this.#list(OPEN_PK, limit);
  }

  async unprovenRows(): Promise<readonly ExpectRow[]> {
    // One after the other: a row that is answered in between is in both, and never in neither.
    const open = await this.#list(OPEN_PK);
    const answered = await this.#list(ANSWERED_PK);
    const byId = new Map([...open, ...answered].map((row) => [row.changeId, row]));
    return [...byId.values()].sort((a, b) => a.expectedAt - b.expectedAt);
  }

  async refusalOf(flagKey: string, order: Order): Promise<string | undefined> {
    const item = await readItem(this.#options, flagPk(flagKey), refusalSk(order));
    return item && optionalText(item, 'refusal');
  }

  async answer(changeId: string, verdict: Verdict): Promise<void> {
    await this.#move(changeId, (row) => (row.answer === 'consistent' ? undefined : verdict));
  }

  async reopen(changeIds: readonly string[]): Promise<readonly string[]> {
    const missing: string[] = [];
    for (let from = 0; from < changeIds.length; from += WIDTH) {
      const ids = changeIds.slice(from, from + WIDTH);
      const found = await Promise.all(
        ids.map((id) => this.#move(id, ({ answer }) => (answer === 'consistent' ? undefined : 'open'))),
      );
      missing.push(...ids.filter((_, place) => !found[place]));
    }
    return missing;
  }

  async acquireLease(holder: string, now: number, ttlMs: number): Promise<Lease> {
    const { client, table } = this.#options;
    const command = new UpdateItemCommand({
      TableName: table,
      Key: WINDOW_KEY,
      UpdateExpression: 'SET holder = :holder, leaseUntil = :until',
      ConditionExpression: 'attribute_not_exists(holder) OR holder = :holder OR leaseUntil <= :now',
      ExpressionAttributeValues: { ':holder': text(holder), ':until': number(now + ttlMs), ':now': number(now) },
      ReturnValues: 'ALL_NEW',
    });
    const write = await writeIf('lease of the window', () => client.send(command), this.#options);
    if (write.result === 'moved') return { acquired: false };
    return { acquired: true, rowsAdded: numberOr(write.answer.Attributes ?? {}, 'rowsAdded', 0) };
  }

  async releaseLease(holder: string, rowsAdded: number): Promise<boolean> {
    const { client, table } = this.#options;
    const command = new UpdateItemCommand({
      TableName: table,
      Key: WINDOW_KEY,
      UpdateExpression: 'REMOVE holder, leaseUntil',
      // Nobody has counted yet where nothing was ever added.
      ConditionExpression:
        'holder = :holder AND (rowsAdded = :rows OR (attribute_not_exists(rowsAdded) AND :rows = :zero))',
      ExpressionAttributeValues: { ':holder': text(holder), ':rows': number(rowsAdded), ':zero': number(0) },
    });
    const write = await writeIf('lease of the window', () => client.send(command), this.#options);
    return write.result === 'written';
  }

  async recordFailure(service: string, changeId: string, now: number, windowMs: number): Promise<readonly string[]> {
    const { client, table } = this.#options;
    const Item = failureItem(service, changeId, now, windowMs);
    await callAws(`table ${table}`, client.send(new PutItemCommand({ TableName: table, Item })));
    // TTL deletes within days, not at the second: the key says what still counts.
    const failures = queryItems(this.#options, {
      KeyConditionExpression: 'pk = :pk AND sk >= :from',
      ExpressionAttributeValues: { ':pk': text(failuresPk(service)), ':from': text(timeKey(now - windowMs + 1)) },
    });
    const changeIds = new Set<string>();
    for await (const failure of failures) changeIds.add(optionalText(failure, 'changeId') ?? '');
    return [...changeIds];
  }

  /**
   * Gives a row another answer and moves it to the list where it now belongs. Opening it counts as adding it: whoever
   * holds the lease must not go before it has looked at this row again.
   *
   * @returns whether there is such a row
   */
  async #move(changeId: string, next: (row: ExpectRow) => ExpectRow['answer'] | undefined): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const row = await this.row(changeId);
      if (row === undefined) return false;
      const answer = next(row);
      if (answer === undefined || answer === row.answer) return true;
      const writes = this.#moves(row, { ...row, answer });
      if ((await transact(`answer of ${changeId}`, writes, this.#options)) === 'written') return true;
    }
    throw new UnavailableError(
      `expectation of ${changeId}`,
      `Its answer changed ${ATTEMPTS} times while it was being written. It is tried again.`,
    );
  }

  #moves(before: ExpectRow, after: ExpectRow): TransactWriteItem[] {
    const { table } = this.#options;
    const [from, to] = [listOf(before), listOf(after)];
    const isUnchanged = {
      ConditionExpression: 'answer = :before',
      ExpressionAttributeValues: { ':before': text(before.answer) },
    };
    return [
      { Put: { TableName: table, Item: rowItem(after), ...isUnchanged } },
      ...(to === undefined ? [] : [{ Put: { TableName: table, Item: listItem(to, after) } }]),
      // A transaction may name an item only once.
      ...(from === undefined || from === to ? [] : [{ Delete: { TableName: table, Key: listKey(from, before) } }]),
      ...(after.answer === 'open' ? [this.#countRow()] : []),
    ];
  }

  #countRow(): TransactWriteItem {
    return {
      Update: {
        TableName: this.#options.table,
        Key: WINDOW_KEY,
        UpdateExpression: 'ADD rowsAdded :one',
        ExpressionAttributeValues: { ':one': number(1) },
      },
    };
  }

  async #list(list: string, limit = Number.POSITIVE_INFINITY): Promise<ExpectRow[]> {
    const rows: ExpectRow[] = [];
    if (limit <= 0) return rows;
    const oldestFirst = queryItems(this.#options, {
      KeyConditionExpression: 'pk = :list',
      ExpressionAttributeValues: { ':list': text(list) },
      ...(Number.isFinite(limit) ? { Limit: limit } : {}),
    });
    for await (const item of oldestFirst) {
      rows.push(rowOf(item));
      if (rows.length >= limit) break;
    }
    return rows;
  }
}
