import { Readable } from 'node:stream';
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
  {
    isTTY = false,
    noColour = false,
    stdin = [],
  }: { isTTY?: boolean; noColour?: boolean; stdin?: readonly Buffer[] } = {},
): Promise<Ran> => {
  const stdout = new Sink({ isTTY });
  const stderr = new Sink({ isTTY });
  const streams = { stdout, stderr, noColour, stdin: () => Readable.from(stdin) };
  const exitCode = await runProgram(args, streams, new AbortController().signal);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};
