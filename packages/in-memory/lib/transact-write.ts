import type { Write } from '@flaghoist/core/storage/write';
import { keyOf, sizeOf } from './item.ts';
import type { Journal } from './journal.ts';
import type { Prepared, Table } from './table.ts';

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
  const failed = failedIn(writes, tables);
  if (failed.length > 0) return failed;
  for (const write of writes) if (!('check' in write)) tables[write.table].writeAllowed(write);
  return failed;
};

/**
 * As `transactWrite`, for tables that may have a storage, and the same one: all of it is on the disk, or nothing.
 *
 * @throws FlaghoistError, retryable, when it could not be written
 */
export const transactCommit = <Name extends string>(
  writes: readonly Write<Name>[],
  tables: Readonly<Record<Name, Table>>,
): readonly number[] | Promise<readonly number[]> => {
  const [first] = writes;
  const journal = first && tables[first.table].journal;
  return journal === undefined ? transactWrite(writes, tables) : commitTogether(writes, tables, journal);
};

const commitTogether = async <Name extends string>(
  writes: readonly Write<Name>[],
  tables: Readonly<Record<Name, Table>>,
  journal: Journal,
): Promise<readonly number[]> => {
  const failed = failedIn(writes, tables);
  const prepared: Prepared[] = [];
  for (const write of failed.length > 0 ? [] : writes) {
    const one = 'check' in write ? undefined : tables[write.table].prepare(write);
    if (one !== undefined) prepared.push(one);
  }
  if (prepared.length === 0) {
    await journal.settled();
    return failed;
  }
  const rows = prepared.flatMap((each) => each.rows);
  await journal.append(rows, {
    applied: () => {
      for (const { outcome } of prepared) outcome.applied();
    },
    dropped: () => {
      for (const { outcome } of prepared) outcome.dropped();
    },
  });
  return failed;
};

/** @returns the places of the writes whose condition does not hold; where all hold, they are paid for */
const failedIn = <Name extends string>(
  writes: readonly Write<Name>[],
  tables: Readonly<Record<Name, Table>>,
): readonly number[] => {
  assertAcceptable(writes, tables);
  const failed = writes.flatMap((write, index) => (tables[write.table].allows(write) ? [] : [index]));
  if (failed.length === 0) for (const write of writes) tables[write.table].spend(write, UNITS);
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
    if (!('check' in write)) tables[write.table].assertWritable(write);
    const place = `${write.table}\n${pk}\n${sk}`;
    if (seen.has(place)) throw new RangeError(`a transaction names ${pk} ${sk} twice`);
    seen.add(place);
    regions.add(tables[write.table].region);
  }
  if (bytes > MAX_BYTES) throw new RangeError(`a transaction has at most 4 MB, not ${bytes} bytes`);
  if (regions.size > 1) throw new RangeError('a transaction stays within one region');
};
