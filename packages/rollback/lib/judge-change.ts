import type { ChangeKey } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import { followUp } from './follow-up.ts';
import type { RollbackPorts } from './ports.ts';
import { settleChange } from './settle-change.ts';

/**
 * Keeps what regions answered about one change, decides it if that is enough, and does what follows.
 *
 * @throws UnavailableError when the answers should be delivered again
 */
export const judgeChange = async (key: ChangeKey, answers: readonly Proof[], ports: RollbackPorts): Promise<void> => {
  // One after the other: two answers of the same region must not race each other.
  for (const answer of answers) await ports.changes.recordProof(key, answer);
  const settled = await settleChange(key, { concluding: false }, ports);
  const complaints = answers.filter(({ verdict }) => verdict === 'inconsistent');
  await followUp(settled, complaints, ports);
};
