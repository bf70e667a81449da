import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import { runProgram } from '@flaghoist/tools/run-program';
import * as z from 'zod/mini';
import { type Moto, motoPython } from '../lib/moto.ts';

/**
 * What exists at the emulator, as AWS's own listings say: one line per thing. Keys that wait for their deletion are not
 * counted.
 * @param places `account/region` each
 */
export const inventory = async (
  { endpoint, variables }: Moto,
  places: readonly string[],
): Promise<readonly string[]> => {
  const script = join(__dirname, 'inventory.py');
  const { stdout, stderr } = await runProgram(motoPython(), [script, endpoint, ...places], {
    directory: __dirname,
    variables: { ...variables, PATH: process.env['PATH'] },
  });
  return parseJson(z.array(z.string()), stdout, { what: 'the inventory', hint: stderr });
};
