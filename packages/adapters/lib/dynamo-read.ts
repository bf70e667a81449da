import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
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
