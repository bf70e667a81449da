import { verifyEvidence } from '@flaghoist/environments/evidence';
import { exitCodes } from '../exit-codes.ts';
import type { CommandContext } from '../program.ts';
import { readBundle } from './bundle.ts';

/** Whether a kept bundle is still what was written. */
export const verify = async (folder: string, { output }: CommandContext): Promise<number> => {
  const problems = verifyEvidence(readBundle(folder));
  output.document({ folder, intact: problems.length === 0, problems });
  if (!output.json) {
    for (const problem of problems) output.say(`${output.colours.red('✗')} ${problem}`);
    output.say(
      problems.length === 0
        ? `${folder} is complete and unchanged.`
        : `${folder} is not what was written. Take it from where it was kept first.`,
    );
  }
  return problems.length === 0 ? exitCodes.ok : exitCodes.unexpectedOutcome;
};
