import { manifestSha256, verifyEvidence } from '@flaghoist/parity/report/evidence';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { wrongOption } from '../wrong-use.ts';
import { readBundle } from './bundle.ts';

export interface VerifyOptions {
  verify?: string;
  manifestSha256?: string;
}

/** Whether a kept bundle is still what was written. */
export const verify = async (
  { verify: folder, manifestSha256: expected }: VerifyOptions,
  { output }: CommandContext,
): Promise<number> => {
  if (folder === undefined) {
    throw wrongOption('--manifest-sha256', 'there is no bundle to compare with it', 'Name the folder with --verify.');
  }
  const files = readBundle(folder);
  const problems = verifyEvidence(files, expected);
  const intact = problems.length === 0;
  const digest = manifestSha256(files);
  output.document({ folder, intact, manifestSha256: digest, expected: expected ?? null, problems });
  if (!output.json) {
    for (const problem of problems) output.say(`${output.colours.red('✗')} ${problem}`);
    if (!intact) output.say(`${folder} is not what was written. Take it from where it was kept first.`);
    else if (expected !== undefined) output.say(`${folder} is the bundle with the manifest ${digest}.`);
    else {
      output.say(`${folder} is complete and of one piece. The SHA-256 of its manifest is ${digest}.`);
      output.say('Whether it is the bundle that was written, only the hash that was kept elsewhere tells.');
    }
  }
  return intact ? exitCodes.ok : exitCodes.no;
};
