import { type DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { itemOf } from '@flaghoist/core/storage/stream';
import type { FoundItem, Key, Query } from '@flaghoist/core/storage/write';
import { callAws } from './aws-call.ts';
import { type DynamoItem, keyOf } from './dynamo-attributes.ts';
import { renderQuery } from './dynamo-expressions.ts';

export interface TableAccess {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly table: string;
}

/** @throws UnavailableError */
export const readItem = async ({ client, table }: TableAccess, key: Key): Promise<FoundItem | undefined> => {
  const command = new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true });
  const { Item } = await callAws(`table ${table}`, client.send(command));
  return Item && itemOf(Item);
};

/**
 * The items of a query, page by page, strongly consistent. Read lazily: whoever stops early reads no further page.
 *
 * @param pageSize how many items are read at a time; as many as the query wants, or as DynamoDB gives, if left out
 * @throws UnavailableError
 */
export async function* queryItems(
  { client, table }: TableAccess,
  query: Query,
  pageSize = query.limit,
): AsyncGenerator<FoundItem, void, undefined> {
  let from: DynamoItem | undefined;
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const command = new QueryCommand({
      ...renderQuery(query),
      TableName: table,
      ConsistentRead: true,
      ...(pageSize === undefined ? {} : { Limit: pageSize }),
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
    for (const item of Items.map(itemOf)) {
      if (item['sk'] === query.after) continue;
      yield item;
      left -= 1;
      if (left === 0) return;
    }
    if (LastEvaluatedKey === undefined) return;
    from = LastEvaluatedKey;
  }
}

/** Keys that one listing finds at most, as fills some 30 MB: a longer list means that nothing is worked off at all. */
const MAX_LISTED = 100_000;

/**
 * The keys in a sparse index that is called as the attribute over which it is, sorted by that attribute, which is a text. A
 * scan: such an index holds what is left to do, and that is little. It may lag.
 *
 * @throws UnavailableError
 */
export async function* indexedItems(
  { client, table }: TableAccess,
  attribute: string,
): AsyncGenerator<FoundItem, void, undefined> {
  const found: FoundItem[] = [];
  let from: DynamoItem | undefined;
  do {
    const command = new ScanCommand({
      TableName: table,
      IndexName: attribute,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
    found.push(...Items.map(itemOf));
    from = LastEvaluatedKey;
  } while (from !== undefined && found.length < MAX_LISTED);
  const mark = (item: FoundItem): string => String(item[attribute]);
  yield* found.sort((a, b) => (mark(a) < mark(b) ? -1 : 1));
}
