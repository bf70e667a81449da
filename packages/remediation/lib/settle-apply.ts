import { counted } from './attempts.ts';
import type { RemediationMemory } from './ports.ts';

/**
 * An apply that has begun is an attempt, whatever became of it, and its plan is not applied a second time. Of one that was killed nobody
 * has written this down, so whoever works with the memory does it first. Ended in between, it is done again: counted twice rather than never.
 */
export const settleApply = (memory: Omit<RemediationMemory, 'keep' | 'begin' | 'untold' | 'keepUntold'>): void => {
  if (!memory.begun()) return;
  try {
    const addresses = memory.record()?.mends.map(({ address }) => address) ?? [];
    memory.count(counted(memory.attempts(), addresses));
  } finally {
    memory.forget();
    memory.end();
  }
};
