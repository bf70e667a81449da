import { counted } from './attempts.ts';
import type { RemediationMemory, RemediationWork } from './ports.ts';

type Counting = Omit<RemediationMemory, 'keep' | 'begin' | 'untold' | 'keepUntold'>;

export interface Settling {
  readonly work: Pick<RemediationWork, 'recordAgain'>;
  readonly memory: Counting;
}

/**
 * An apply that has begun is an attempt, whatever became of it, and its plan is not applied a second time. Ended in between, it is done
 * again: counted twice rather than never.
 */
export const countApply = (memory: Counting): void => {
  if (!memory.begun()) return;
  try {
    const addresses = memory.record()?.mends.map(({ address }) => address) ?? [];
    memory.count(counted(memory.attempts(), addresses));
  } finally {
    memory.forget();
    memory.end();
  }
};

/**
 * An apply that was killed has recorded what it only read, and nobody has counted it, so whoever works with the memory does both first.
 *
 * @throws {RemediationLockedError} when somebody else holds the state; it is to be done still
 * @throws {TerraformFailedError}
 */
export const settleApply = async ({ work, memory }: Settling): Promise<void> => {
  if (!memory.begun()) return;
  await work.recordAgain();
  countApply(memory);
};
