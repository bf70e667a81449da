import {
  BatchGetItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '@flaghoist/core/errors';
import { CURRENT_SK, flagPk, KNOWN_GOOD_SK, REVISION_PREFIX, revisionSk } from '@flaghoist/core/items';
import type { Order } from '@flaghoist/core/order';
import type { CurrentRepair, FlagStore, KnownGood, StoredRevision } from '@flaghoist/core/ports/flag-store';
import { callAws } from './aws-call.ts';
import { type Item, keyOf, text } from './dynamo-attributes.ts';
import { queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { writeIf } from './dynamo-write.ts';
import { currentItem, knownGoodOf, storedRevisionOf } from './flag-items.ts';

/** The table's inverted index: sort key first, keys only. It lists all CURRENTs without walking all revisions. */
const BY_SORT_KEY = 'by-sk';
/** BatchGetItem takes this many keys. */
const MAX_KEYS = 100;
const BATCH_ROUNDS = 10;

/** One region's replica of `flags`. */
export class DynamoFlagStore implements FlagStore, CurrentRepair {
  readonly #access: TableAccess;

  constructor(access: TableAccess) {
    this.#access = access;
  }

  async current(flagKey: string): Promise<StoredRevision | undefined> {
    const item = await readItem(this.#access, flagPk(flagKey), CURRENT_SK);
    return item && storedRevisionOf(item);
  }

  async revision(flagKey: string, order: Order): Promise<StoredRevision | undefined> {
    const item = await readItem(this.#access, flagPk(flagKey), revisionSk(order));
    return item && storedRevisionOf(item);
  }

  async newestRevision(flagKey: string): Promise<StoredRevision | undefined> {
    const newestFirst = queryItems(this.#access, {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': text(flagPk(flagKey)), ':prefix': text(REVISION_PREFIX) },
      ScanIndexForward: false,
      Limit: 1,
    });
    for await (const item of newestFirst) return storedRevisionOf(item);
    return undefined;
  }

  async knownGood(flagKey: string): Promise<KnownGood | undefined> {
    const item = await readItem(this.#access, flagPk(flagKey), KNOWN_GOOD_SK);
    return item && knownGoodOf(item);
  }

  /** An index cannot be read consistently, so it only names the flags; the items come from the table. */
  async *currents(): AsyncIterable<StoredRevision> {
    const { client, table } = this.#access;
    let from: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: table,
        IndexName: BY_SORT_KEY,
        KeyConditionExpression: 'sk = :current',
        ExpressionAttributeValues: { ':current': text(CURRENT_SK) },
        Limit: MAX_KEYS,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
      for (const item of await this.#readAll(Items.map(({ pk, sk }) => ({ pk, sk }) as Item)))
        yield storedRevisionOf(item);
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  /** Reads the whole table: the audit sweep needs every envelope anyway. Items of one flag lie together, in order. */
  async *revisions(): AsyncIterable<StoredRevision> {
    const { client, table } = this.#access;
    let from: Item | undefined;
    do {
      const command = new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        FilterExpression: 'begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':prefix': text(REVISION_PREFIX) },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
      for (const item of Items) yield storedRevisionOf(item);
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  async restoreCurrent(
    flagKey: string,
    foundDigest: string | null,
    accepted: StoredRevision | undefined,
  ): Promise<boolean> {
    const { client, table } = this.#access;
    const condition = isFound(foundDigest);
    const key = keyOf(flagPk(flagKey), CURRENT_SK);
    const remove = () => client.send(new DeleteItemCommand({ TableName: table, Key: key, ...condition }));
    const replace = (revision: StoredRevision) =>
      client.send(new PutItemCommand({ TableName: table, Item: currentItem(revision), ...condition }));
    const write = accepted === undefined ? remove : () => replace(accepted);
    return (await writeIf<unknown>(`CURRENT of ${flagKey}`, write)).result === 'written';
  }

  async #readAll(keys: Item[]): Promise<Item[]> {
    const { client, table } = this.#access;
    const found: Item[] = [];
    let left = keys;
    // An answer holds 16 MB at most, and says what it left out.
    for (let round = 0; left.length > 0; round += 1) {
      if (round === BATCH_ROUNDS) throw notAnswered(table, left.length);
      const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
      const { Responses = {}, UnprocessedKeys = {} } = await callAws(`table ${table}`, client.send(command));
      found.push(...(Responses[table] ?? []));
      left = UnprocessedKeys[table]?.Keys ?? [];
    }
    return found;
  }
}

/** `null`: there is an item, and it names no digest, whatever else stands in that place. */
const isFound = (digest: string | null) =>
  digest === null || digest === ''
    ? {
        ConditionExpression:
          'attribute_exists(pk) AND (NOT attribute_type(envelopeDigest, :string) OR envelopeDigest = :empty)',
        ExpressionAttributeValues: { ':string': text('S'), ':empty': text('') },
      }
    : { ConditionExpression: 'envelopeDigest = :found', ExpressionAttributeValues: { ':found': text(digest) } };

const notAnswered = (table: string, count: number): UnavailableError =>
  new UnavailableError(
    `${count} items of table ${table}`,
    `They stayed unprocessed in ${BATCH_ROUNDS} rounds: the table is throttled. It is tried again.`,
  );
