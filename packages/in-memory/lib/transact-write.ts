import { keyOf, type Write } from './item.ts';
import type { Table } from './table.ts';

export type TransactItem = Write & { readonly table: Table };

export type TransactResult =
  | { readonly written: true }
  /** `failed`: the places of the writes whose condition did not hold. Nothing was written. */
  | { readonly written: false; readonly failed: readonly number[] };

const MAX_ITEMS = 100;

/**
 * Writes to several tables of one region, all or nothing. Every condition is checked against the same instant.
 *
 * @throws RangeError for what DynamoDB refuses outright: over 100 items, one item twice, tables of several regions
 */
export const transactWrite = (items: readonly TransactItem[]): TransactResult => {
  assertAcceptable(items);
  const failed = items.flatMap((item, index) => (item.table.allows(item) ? [] : [index]));
  if (failed.length > 0) return { written: false, failed };
  for (const item of items) if (!('check' in item)) item.table.write(item);
  return { written: true };
};

const assertAcceptable = (items: readonly TransactItem[]): void => {
  if (items.length > MAX_ITEMS) throw new RangeError(`a transaction has at most ${MAX_ITEMS} items`);
  const seen = new Set<string>();
  for (const item of items) {
    const { pk, sk } = keyOf(item);
    const place = `${item.table.name}\n${pk}\n${sk}`;
    if (seen.has(place)) throw new RangeError(`a transaction names ${pk} ${sk} twice`);
    seen.add(place);
    if (item.table.region !== items[0]?.table.region) throw new RangeError('a transaction stays within one region');
  }
};
