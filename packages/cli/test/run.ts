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
    program,
    signal = new AbortController().signal,
    variables,
  }: {
    isTTY?: boolean;
    noColour?: boolean;
    stdin?: readonly Buffer[];
    /** What a thread runs; without it there are none. */
    program?: URL;
    signal?: AbortSignal;
    /** The process's environment. */
    variables?: Readonly<Record<string, string>>;
  } = {},
): Promise<Ran> => {
  const stdout = new Sink({ isTTY });
  const stderr = new Sink({ isTTY });
  const streams = {
    stdout,
    stderr,
    noColour,
    stdin: () => Readable.from(stdin),
    ...(program && { program }),
    ...(variables && { variables }),
  };
  const exitCode = await runProgram(args, streams, signal);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};
