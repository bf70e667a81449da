import * as z from 'zod/mini';
import { audienceSchema } from '../audience.ts';
import { type ChangeKey, changeKinds } from '../change.ts';
import { orderSchema } from '../order.ts';
import type { Logger } from '../ports/logger.ts';
import type { ExpectRow, RowCounts } from '../ports/verification-store.ts';
import { lookSchema, verdicts } from '../verdict.ts';
import { contentIn, numberIn, requiredText } from './found-item.ts';
import {
  ANSWERED_PK,
  agedSk,
  failuresPk,
  flagPk,
  OPEN_PK,
  ROW_COUNTERS,
  refusalSk,
  rowCounterSk,
  rowKey,
} from './keys.ts';
import type { Attributes, FoundItem, Item, Key } from './write.ts';

/*
 * The items of `verification`. Its two lists hold copies of rows, written in the transactions that write the row: an index
 * could not be read consistently, and the lease is given up when there is nothing in OPEN. `expiresAt` is the table's TTL
 * attribute, in epoch seconds; a world in memory keeps what has expired.
 */

/** After that nobody asks for a change any more; the reconciler may heal an `unverified` until then. */
const ROW_TTL_SECONDS = 14 * 24 * 60 * 60;
export const ROW_LIFETIME_MS = ROW_TTL_SECONDS * 1000;

const expectRowSchema = z.object({
  changeId: z.string(),
  flagKey: z.string(),
  order: orderSchema,
  kind: z.enum(changeKinds),
  envelopeDigest: z.string(),
  documentDigest: z.string(),
  audience: audienceSchema,
  departed: z.array(z.string()),
  topologyVersion: z.int(),
  expectedAt: z.int(),
  answer: z.enum(['open', ...verdicts]),
  look: lookSchema,
  refusal: z.nullable(z.string()),
});

interface RowItems {
  readonly row: Item;
  /** The copy in the list where the row belongs; a row that is proven stands in none. */
  readonly listed: Item | undefined;
}

export const rowItems = (row: ExpectRow): RowItems => {
  const content: Attributes = {
    row: JSON.stringify(row),
    expiresAt: Math.floor(row.expectedAt / 1000) + ROW_TTL_SECONDS,
  };
  const place = listKey(row);
  return {
    row: { ...content, ...rowKey(row), answer: row.answer, look: row.look },
    listed: place && { ...content, ...place },
  };
};

export const listKey = (row: ExpectRow): Key | undefined => {
  if (row.answer === 'consistent') return undefined;
  return { pk: row.answer === 'open' ? OPEN_PK : ANSWERED_PK, sk: agedSk(row.expectedAt, row) };
};

/** Never expires, as its revision may stay CURRENT. */
export const refusalItem = ({ flagKey, order }: ExpectRow, refusal: string): Item => ({
  pk: flagPk(flagKey),
  sk: refusalSk(order),
  refusal,
});

interface Failure {
  readonly service: string;
  readonly change: ChangeKey;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly windowMs: number;
}

const failedSchema = z.object({ changeId: z.string(), flagKey: z.string(), order: orderSchema });

export const failureItem = ({ service, change, at, windowMs }: Failure): Item => ({
  pk: failuresPk(service),
  sk: agedSk(at, change),
  change: JSON.stringify(z.parse(failedSchema, change)),
  expiresAt: Math.ceil((at + windowMs) / 1000),
});

/** Of a row and of its copies in the lists. @throws InvalidInputError */
export const rowOf = (item: FoundItem): ExpectRow => contentIn(expectRowSchema, item, 'row');

/**
 * The rows among some items. One that cannot be read, a foreign writer's, may not stop the verification of the others: it is
 * reported, and left out.
 */
export const readableRows = <I extends FoundItem>(
  items: Iterable<I>,
  log?: Pick<Logger, 'error'>,
  read: (item: I) => ExpectRow = rowOf,
): ExpectRow[] => {
  const rows: ExpectRow[] = [];
  for (const item of items) {
    try {
      rows.push(read(item));
    } catch (error) {
      log?.error('expectation row cannot be read, nobody verifies its change', { error });
    }
  }
  return rows;
};

/** @throws InvalidInputError */
export const refusalOf = (item: FoundItem): string => requiredText(item, 'refusal');

/** The distinct changes, each once: two authors may give two of them one id. @throws InvalidInputError */
export const failedChanges = (items: Iterable<FoundItem>): readonly ChangeKey[] => {
  const changes = Array.from(items, (item) => contentIn(failedSchema, item, 'change'));
  return [...new Map(changes.map((change) => [agedSk(0, change), change])).values()];
};

/** A counter that is not there has counted nothing. */
export const rowCountsIn = (items: Iterable<FoundItem>): RowCounts => {
  const counts = new Map(Array.from(items, (item) => [requiredText(item, 'sk'), numberIn(item, 'rowsAdded')]));
  return Array.from({ length: ROW_COUNTERS }, (_, counter) => counts.get(rowCounterSk(counter)) ?? 0);
};

/** The sort keys of counters that somebody else wrote. */
export const foreignCountersIn = (items: Iterable<FoundItem>): readonly string[] =>
  Array.from(items)
    .filter((item) => item['rowsAdded'] !== undefined && typeof item['rowsAdded'] !== 'number')
    .map((item) => requiredText(item, 'sk'));

/** Rows of both lists, oldest first. Who reads one after the other meets a row that moves in between in both. */
export const mergeLists = (...lists: readonly (readonly ExpectRow[])[]): readonly ExpectRow[] => {
  const byPlace = new Map(lists.flat().map((row) => [agedSk(row.expectedAt, row), row]));
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
};
