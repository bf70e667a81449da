import { type DynamoDBClient, GetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { callAws } from './aws-call.ts';
import { type Item, keyOf } from './dynamo-attributes.ts';

export interface TableAccess {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly table: string;
}

/** @throws UnavailableError */
export const readItem = async ({ client, table }: TableAccess, pk: string, sk: string): Promise<Item | undefined> => {
  const command = new GetItemCommand({ TableName: table, Key: keyOf(pk, sk), ConsistentRead: true });
  const { Item } = await callAws(`table ${table}`, client.send(command));
  return Item;
};

/**
 * The items of a query, page by page, strongly consistent. Read lazily: whoever stops early reads no further page.
 *
 * @throws UnavailableError
 */
export async function* queryItems(
  { client, table }: TableAccess,
  query: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead'>,
): AsyncGenerator<Item, void, undefined> {
  let from: Item | undefined;
  do {
    const command = new QueryCommand({
      ...query,
      TableName: table,
      ConsistentRead: true,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
    yield* Items;
    from = LastEvaluatedKey;
  } while (from !== undefined);
}
