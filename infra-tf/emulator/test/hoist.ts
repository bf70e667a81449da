import { runProgram } from '@flaghoist/cli/program';
import type { Moto } from '../lib/moto.ts';

/**
 * `hoist` with `--json`, as somebody types it whose AWS is the emulator.
 *
 * @returns the document; its exit code says no more
 */
export const hoist = async (moto: Moto, args: readonly string[]) => {
  let stdout = '';
  let stderr = '';
  const exitCode = await runProgram(
    [...args, '--json'],
    {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      noColour: true,
      variables: { ...process.env, ...moto.variables },
    },
    new AbortController().signal,
  );
  if (stdout === '') throw new Error(`hoist ${args[0]} ended with ${exitCode}:\n${stderr}`);
  return JSON.parse(stdout);
};
