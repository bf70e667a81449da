import type { Attributes, Item, Key } from '@flaghoist/core/storage/write';

/** An item's attributes as text; its keys stand beside it. */
export const textOf = (item: Item | undefined): string | null => {
  if (item === undefined) return null;
  const { pk: _pk, sk: _sk, ...attributes } = item;
  return JSON.stringify(attributes);
};

/** Frozen, as all items of a table. */
export const itemOf = ({ pk, sk }: Key, text: unknown): Item | undefined => {
  if (typeof text !== 'string') return undefined;
  const attributes: Attributes = JSON.parse(text);
  return Object.freeze({ ...attributes, pk, sk });
};
