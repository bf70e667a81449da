import type { Write } from '@flaghoist/core/storage/write';
import { keyOf, sizeOf } from './item.ts';
import type { Table } from './table.ts';

const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** A transaction prepares each item before it writes it. */
const UNITS = 2;

/**
 * Writes to several tables of one region, all or nothing. Every condition is checked against the same instant.
 *
 * @returns the places of the writes whose condition did not hold; if there is one, nothing was written
 * @throws RangeError for what DynamoDB refuses outright: over 100 items or 4 MB, one item twice, tables of several regions
 */
export const transactWrite = <Name extends string>(
  writes: readonly Write<Name>[],
  tables: Readonly<Record<Name, Table>>,
): readonly number[] => {
  assertAcceptable(writes, tables);
  const failed = writes.flatMap((write, index) => (tables[write.table].allows(write) ? [] : [index]));
  if (failed.length > 0) return failed;
  for (const write of writes) tables[write.table].spend(write, UNITS);
  for (const write of writes) if (!('check' in write)) tables[write.table].writeAllowed(write);
  return failed;
};

const assertAcceptable = <Name extends string>(
  writes: readonly Write<Name>[],
  tables: Readonly<Record<Name, Table>>,
): void => {
  if (writes.length > MAX_ITEMS) throw new RangeError(`a transaction has at most ${MAX_ITEMS} items`);
  const seen = new Set<string>();
  const regions = new Set<string>();
  let bytes = 0;
  for (const write of writes) {
    if ('put' in write && tables[write.table].limits.transactionSize) bytes += sizeOf(write.put);
    const { pk, sk } = keyOf(write);
    const place = `${write.table}\n${pk}\n${sk}`;
    if (seen.has(place)) throw new RangeError(`a transaction names ${pk} ${sk} twice`);
    seen.add(place);
    regions.add(tables[write.table].region);
  }
  if (bytes > MAX_BYTES) throw new RangeError(`a transaction has at most 4 MB, not ${bytes} bytes`);
  if (regions.size > 1) throw new RangeError('a transaction stays within one region');
};
