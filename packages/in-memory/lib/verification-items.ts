import { parseExpectRow } from '@flaghoist/core/expect-row';
import { flagPk } from '@flaghoist/core/items';
import { type Order, orderKey } from '@flaghoist/core/order';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import type { Item, Key } from './item.ts';

/*
 * How `verification` is keyed here. The lists are what a sparse index would be: a row stands in them as long as it belongs.
 *
 * | pk                | sk                  | attributes                                            |
 * | ----------------- | ------------------- | ----------------------------------------------------- |
 * | EXPECT#<changeId> | ROW                 | answer, row                                           |
 * | OPEN              | <time>#<changeId>   | changeId: rows that wait for an answer                |
 * | UNPROVEN          | <time>#<changeId>   | changeId: rows without a consistent answer            |
 * | FLAG#<key>        | REFUSAL#<order>     | refusal                                               |
 * | WINDOW            | LEASE               | rowsAdded; holder, expiresAt while somebody has it    |
 * | FAILURES#<service>| <changeId>          | at                                                    |
 */

export const OPEN_PK = 'OPEN';
export const UNPROVEN_PK = 'UNPROVEN';
export const WINDOW: Key = { pk: 'WINDOW', sk: 'LEASE' };

/** Epoch milliseconds have 13 digits until the year 2286. */
const TIME_DIGITS = 14;

export const rowKey = (changeId: string): Key => ({ pk: `EXPECT#${changeId}`, sk: 'ROW' });

export const rowItem = (row: ExpectRow): Item => ({
  ...rowKey(row.changeId),
  answer: row.answer,
  row: JSON.stringify(row),
});

/** @throws InvalidInputError */
export const rowIn = (item: Item): ExpectRow => parseExpectRow(String(item['row']));

/** A row's place in a list: oldest first. */
export const listItem = (pk: string, { changeId, expectedAt }: ExpectRow): Item => ({
  pk,
  sk: `${String(expectedAt).padStart(TIME_DIGITS, '0')}#${changeId}`,
  changeId,
});

export const refusalKey = (flagKey: string, order: Order): Key => ({
  pk: flagPk(flagKey),
  sk: `REFUSAL#${orderKey(order)}`,
});

export const failuresPk = (service: string): string => `FAILURES#${service}`;
