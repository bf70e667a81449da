import type { ChangeRecord } from '@flaghoist/core/change';
import { outagesOf } from '@flaghoist/core/complaint';
import type { Proof } from '@flaghoist/core/proof';
import type { RollbackPorts } from './ports.ts';

/**
 * Every Redis that refused a taken-back change at the third look has taken it back with the one whose answer decided
 * (rule 15): those that are heard of only now, too.
 */
export const noteTakenBack = async (
  { state }: ChangeRecord,
  answers: readonly Proof[],
  { changes }: Pick<RollbackPorts, 'changes'>,
): Promise<void> => {
  if (state !== 'rolled-back') return;
  for (const outage of outagesOf(answers, OUTGROWS_NOTHING)) await changes.noteTaken(outage);
};

/** An outage too many: the next larger change onto a full Redis is taken back all the same. */
const OUTGROWS_NOTHING = false;
