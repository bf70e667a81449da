import { UnavailableError } from '@flaghoist/core/errors';
import { runProgram } from '@flaghoist/tools/run-program';
import type { CommandContext } from '../command.ts';

/**
 * Lets a command store the folder of the plan elsewhere, to its end: a Ctrl-C does not reach it.
 *
 * @param command for the shell; `undefined` where the folder stays
 * @throws UnavailableError where it fails
 */
export const storedBy =
  (command: string | undefined, { output, variables }: Pick<CommandContext, 'output' | 'variables'>) =>
  async (): Promise<void> => {
    if (command === undefined) return;
    const { exitCode } = await runProgram('/bin/sh', ['-c', command], {
      directory: process.cwd(),
      variables,
      onOutput: (text) => output.progress(text.trimEnd()),
      alone: true,
    });
    if (exitCode === 0) return;
    throw new UnavailableError(
      'where the plan is stored',
      `The command of --store ended with ${exitCode}, and nothing was begun or told after it. What it should have stored lies in the folder of the plan.`,
    );
  };
