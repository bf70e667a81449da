import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@flaghoist/cli/program';
import type { Moto } from '../lib/moto.ts';

const fleet = join(__dirname, '..', '..', '..', 'fleet');
const lists = ['parity.yaml', 'drift-noise.yaml'].map((name) => readFileSync(join(fleet, name), 'utf8'));
const [ends] = [...lists.join('\n').matchAll(/expires: (\S+)/g)].map(([, day = '']) => day).sort();

/**
 * `hoist` with `--json`, as somebody types it whose AWS is the emulator, on the last day on which every entry of the reviewed lists holds:
 * what is shown here does not end with one of them.
 *
 * @returns the document; its exit code says no more
 */
export const hoist = async (moto: Moto, args: readonly string[]) => {
  let stdout = '';
  let stderr = '';
  const exitCode = await runProgram(
    [...args, '--at', `${ends}T00:00Z`, '--json'],
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
