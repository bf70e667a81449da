import { parseExpectRow } from '@flaghoist/core/expect-row';
import { flagPk } from '@flaghoist/core/items';
import { type Order, orderKey } from '@flaghoist/core/order';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import { type Item, keyOf, number, requiredText, text } from './dynamo-attributes.ts';

/*
 * How `verification` is keyed. The two lists hold copies, written in the transactions that write the row: an index could
 * not be read consistently, and the lease is given up when there is nothing in OPEN.
 *
 * | pk                 | sk                | attributes                                              |
 * | ------------------ | ----------------- | ------------------------------------------------------- |
 * | EXPECT#<changeId>  | ROW               | answer, row, expiresAt                                   |
 * | OPEN               | <time>#<changeId> | row, expiresAt: waits for an answer                      |
 * | ANSWERED           | <time>#<changeId> | row, expiresAt: its answer was not `consistent`          |
 * | FLAG#<key>         | REFUSAL#<order>   | refusal: never expires, as its revision may stay CURRENT |
 * | WINDOW             | LEASE             | rowsAdded; holder, leaseUntil while somebody has it      |
 * | FAILURES#<service> | <time>#<changeId> | changeId, expiresAt                                      |
 *
 * `expiresAt` is the table's TTL attribute, in epoch seconds.
 */

/** After that nobody asks for a change any more; the reconciler may heal an `unverified` until then. */
const ROW_TTL_SECONDS = 14 * 24 * 60 * 60;

/** Epoch milliseconds have 13 digits until the year 2286. */
const TIME_DIGITS = 13;

export const ROW_SK = 'ROW';
export const OPEN_PK = 'OPEN';
export const ANSWERED_PK = 'ANSWERED';
export const WINDOW_KEY: Item = keyOf('WINDOW', 'LEASE');

export const rowPk = (changeId: string): string => `EXPECT#${changeId}`;
export const failuresPk = (service: string): string => `FAILURES#${service}`;
export const refusalSk = (order: Order): string => `REFUSAL#${orderKey(order)}`;
/** A sort key by time: text order is the order of the times. */
export const timeKey = (at: number): string => String(at).padStart(TIME_DIGITS, '0');

/** The list that a row stands in, if any. */
export const listOf = ({ answer }: Pick<ExpectRow, 'answer'>): string | undefined => {
  if (answer === 'consistent') return undefined;
  return answer === 'open' ? OPEN_PK : ANSWERED_PK;
};

const content = (row: ExpectRow): Item => ({
  row: text(JSON.stringify(row)),
  expiresAt: number(Math.floor(row.expectedAt / 1000) + ROW_TTL_SECONDS),
});

export const rowItem = (row: ExpectRow): Item => ({
  ...keyOf(rowPk(row.changeId), ROW_SK),
  answer: text(row.answer),
  ...content(row),
});

export const listKey = (list: string, { expectedAt, changeId }: ExpectRow): Item =>
  keyOf(list, `${timeKey(expectedAt)}#${changeId}`);

export const listItem = (list: string, row: ExpectRow): Item => ({ ...listKey(list, row), ...content(row) });

export const refusalItem = ({ flagKey, order }: ExpectRow, refusal: string): Item => ({
  ...keyOf(flagPk(flagKey), refusalSk(order)),
  refusal: text(refusal),
});

export const failureItem = (service: string, changeId: string, now: number, windowMs: number): Item => ({
  ...keyOf(failuresPk(service), `${timeKey(now)}#${changeId}`),
  changeId: text(changeId),
  expiresAt: number(Math.ceil((now + windowMs) / 1000)),
});

/** @throws InvalidInputError */
export const rowOf = (item: Item): ExpectRow => parseExpectRow(requiredText(item, 'row'));
