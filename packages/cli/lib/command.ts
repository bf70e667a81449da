import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { Output } from './output.ts';

/** What every command gets; a command answers with its exit code. */
export interface CommandContext {
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** From when it is asked for: aborted by a second Ctrl-C, which else ends the program at once. */
  readonly insisted: () => AbortSignal;
  /** Standard input, opened when it is asked for. */
  readonly stdin: () => Readable;
  /** The process's environment, for the programs that a command starts. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** All commands of the program, for who describes them. */
  readonly commands: () => Promise<readonly Command[]>;
  /** This program, to be run in threads; nothing where there can be none. */
  readonly program: URL | undefined;
}

/** Adds one command to the program: a new command is one file of this shape, and one line in program.ts. */
export type CommandFactory = (run: (action: (context: CommandContext) => Promise<number>) => Promise<void>) => Command;
