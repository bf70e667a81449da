import type { DamagedFlag } from '@flaghoist/control-plane/views/damaged-flag';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { AnsweredError } from './errors.ts';

/** Says which flags are missing in what was shown, and why. @returns how the command ends */
export const sayDamaged = (damaged: readonly DamagedFlag[], output: CommandContext['output']): number => {
  for (const { flagKey, code, reason, hint } of damaged)
    output.error(new AnsweredError(200, { code, detail: `${flagKey} is left out: ${reason}`, hint }));
  return damaged.length === 0 ? exitCodes.ok : exitCodes.unreadable;
};
