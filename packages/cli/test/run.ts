import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `hoist` with these arguments, as where nobody looks unless told otherwise. */
export const run = async (
  args: readonly string[],
  { isTTY = false, noColour = false }: { isTTY?: boolean; noColour?: boolean } = {},
): Promise<Ran> => {
  const stdout = new Sink({ isTTY });
  const stderr = new Sink({ isTTY });
  const exitCode = await runProgram(args, { stdout, stderr, noColour }, new AbortController().signal);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};
