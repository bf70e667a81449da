import type * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';
import { parseJson } from '../parse.ts';
import type { FoundItem, Key } from './write.ts';

const HINT = 'Only the stores of this product write this table: find out who wrote this item, and remove it.';

const nameOf = (item: FoundItem): string => `item ${item['pk']}/${item['sk']}`;

/** An attribute as text; `undefined` when it is absent or of another type. */
export const textIn = (item: FoundItem, attribute: string): string | undefined => {
  const value = item[attribute];
  return typeof value === 'string' ? value : undefined;
};

/** An attribute as a number; 0 when it is absent or of another type. */
export const numberIn = (item: FoundItem, attribute: string): number => {
  const value = item[attribute];
  return typeof value === 'number' ? value : 0;
};

/** @throws InvalidInputError for an item without it: a foreign writer's, which no repetition heals */
export const requiredText = (item: FoundItem, attribute: string): string => {
  const text = textIn(item, attribute);
  if (text === undefined) {
    const found = item[attribute] === undefined ? 'is not there' : 'is a number';
    throw new InvalidInputError(nameOf(item), [`/${attribute}: ${found}, expected text`], HINT);
  }
  return text;
};

/** @throws InvalidInputError */
export const keyIn = (item: FoundItem): Key => ({ pk: requiredText(item, 'pk'), sk: requiredText(item, 'sk') });

/**
 * The content of an item: one attribute, JSON.
 *
 * @throws InvalidInputError naming the item, and each place in the attribute that does not fit
 */
export const contentIn = <T extends z.ZodMiniType>(schema: T, item: FoundItem, attribute: string): z.output<T> =>
  parseJson(schema, requiredText(item, attribute), { what: `${attribute} of ${nameOf(item)}`, hint: HINT });
