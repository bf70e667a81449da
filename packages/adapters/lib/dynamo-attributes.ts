import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes, Key } from '@flaghoist/core/storage/write';

export type DynamoItem = Record<string, AttributeValue>;

export const toValue = (value: string | number): AttributeValue =>
  typeof value === 'string' ? { S: value } : { N: String(value) };

export const toDynamo = (item: Attributes): DynamoItem => {
  const values: DynamoItem = {};
  for (const name in item) values[name] = toValue(item[name] as string | number);
  return values;
};

export const keyOf = ({ pk, sk }: Key): DynamoItem => toDynamo({ pk, sk });
