import { counted } from './attempts.ts';
import { RemediationRefusedError } from './errors.ts';
import type { RemediationMemory, RemediationWork } from './ports.ts';
import { isOf, type RemediationRecord, type RemediationSubject } from './record.ts';

type Counting = Omit<RemediationMemory, 'keep' | 'begin' | 'untold' | 'keepUntold'>;

export interface Settling {
  readonly work: Pick<RemediationWork, 'recordAgain'>;
  readonly memory: Counting;
  readonly subject: RemediationSubject;
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
 * @throws {RemediationRefusedError} when it was of another stack or workspace, in whose state it is to be recorded
 * @throws {RemediationLockedError} when somebody else holds the state; it is to be done still
 * @throws {TerraformFailedError}
 */
export const settleApply = async ({ work, memory, subject }: Settling): Promise<void> => {
  if (!memory.begun()) return;
  const record = readable(memory);
  if (record !== undefined) {
    if (!isOf(record, subject)) {
      throw new RemediationRefusedError(
        [
          `an apply of ${record.environment}, stack ${record.stack}, workspace ${record.workspace} was cut off, and what it had only read is not recorded as it was yet`,
        ],
        'Plan that one first, which records it, or plan this one into another folder, by --plans.',
      );
    }
    await work.recordAgain();
  }
  countApply(memory);
};

/** Of one that cannot be read, nobody knows in which state it was to be applied. */
const readable = (memory: Counting): RemediationRecord | undefined => {
  try {
    return memory.record();
  } catch {
    return undefined;
  }
};
