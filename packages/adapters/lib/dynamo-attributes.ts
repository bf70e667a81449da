import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '@flaghoist/core/errors';

export type Item = Record<string, AttributeValue>;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const keyOf = (pk: string, sk: string): Item => ({ pk: text(pk), sk: text(sk) });

/** An attribute as text, or `undefined` when it is absent or of another type. */
export const optionalText = (item: Item, attribute: string): string | undefined => item[attribute]?.S;

/** @throws UnavailableError for an item without it: the table holds what this code did not write */
export const requiredText = (item: Item, attribute: string): string => {
  const value = item[attribute]?.S;
  if (value === undefined) {
    throw new UnavailableError(
      `attribute ${attribute} of item ${item['pk']?.S}/${item['sk']?.S}`,
      'Items are written by the stores of this product only; find out who wrote this one, and remove it.',
    );
  }
  return value;
};

/** An attribute as a number; `fallback` when it is absent or of another type. */
export const numberOr = (item: Item, attribute: string, fallback: number): number => {
  const value = item[attribute]?.N;
  return value === undefined ? fallback : Number(value);
};
