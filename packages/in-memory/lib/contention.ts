import { UnavailableError } from '@flaghoist/core/errors';
import type { Random } from '@flaghoist/core/ports/random';
import type { ItemWrite, Write } from '@flaghoist/core/storage/write';
import { keyOf } from './item.ts';
import type { Scheduler } from './scheduler.ts';
import type { Table } from './table.ts';
import { transactCommit } from './transact-write.ts';

/** What makes transactions take time, so that they can meet. */
export interface Contention {
  readonly scheduler: Scheduler;
  readonly random: Random;
}

/** As the adapters try, for nobody queues: a newcomer is refused. */
const ATTEMPTS = 4;
const FIRST_DELAY_MS = 20;
/** From prepare to commit. */
const SHORTEST_MS = 2;
const LONGEST_MS = 20;

const retried = async <T>(what: string, { scheduler, random }: Contention, attempt: () => Promise<T | undefined>) => {
  for (let made = 1; ; made += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (made >= ATTEMPTS) {
      throw new UnavailableError(what, `A transaction had one of its items, ${ATTEMPTS} times in a row. Try again.`);
    }
    await scheduler.sleep(FIRST_DELAY_MS * 2 ** made * random.next());
  }
};

/**
 * `transactCommit` as DynamoDB does it: it takes some time, and until it is over every other transaction and every single
 * write that names one of its items is refused. Without `contention` it is over at once.
 *
 * @throws UnavailableError when it met others too often
 */
export const transactInTime = async <Name extends string>(
  writes: readonly Write<Name>[],
  tables: Readonly<Record<Name, Table>>,
  contention: Contention | undefined,
): Promise<readonly number[]> => {
  if (contention === undefined) return transactCommit(writes, tables);
  const { scheduler, random } = contention;
  return retried('a transaction', contention, async () => {
    if (writes.some((write) => tables[write.table].isHeld(keyOf(write)))) return undefined;
    for (const write of writes) tables[write.table].hold(keyOf(write));
    try {
      await scheduler.sleep(SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * random.next());
      return await transactCommit(writes, tables);
    } finally {
      for (const write of writes) tables[write.table].letGo(keyOf(write));
    }
  });
};

/** One write on its own, which a running transaction refuses. @returns whether its condition held */
export const writeInTime = async (
  write: ItemWrite,
  table: Table,
  contention: Contention | undefined,
): Promise<boolean> => {
  if (contention === undefined) return table.commit(write);
  return retried('a write', contention, async () => (table.isHeld(keyOf(write)) ? undefined : table.commit(write)));
};
