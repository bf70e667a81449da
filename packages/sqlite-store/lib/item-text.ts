import type { Attributes, Item, Key } from '@flaghoist/core/storage/write';
import { damage } from './errors.ts';

/** An item's attributes as text; its keys stand beside it. */
export const textOf = (item: Item | undefined): string | null => {
  if (item === undefined) return null;
  const { pk: _pk, sk: _sk, ...attributes } = item;
  return JSON.stringify(attributes);
};

/** Frozen, as all items of a table. */
export const itemOf = ({ pk, sk }: Key, text: unknown): Item | undefined => {
  if (typeof text !== 'string') return undefined;
  return Object.freeze({ ...attributesIn(text, { pk, sk }), pk, sk });
};

/** A page of SQLite has no checksum: damage within a text shows only here. */
const attributesIn = (text: string, { pk, sk }: Key): Attributes => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damage(`item ${pk} ${sk} is not what was written`, cause);
  }
};
