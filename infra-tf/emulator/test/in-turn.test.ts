import { join } from 'node:path';
import { needs } from '@flaghoist/tools/needs';
import { runProgram } from '@flaghoist/tools/run-program';
import { motoPython } from '../lib/moto.ts';

const { it, tool } = needs(motoPython, process.env);

it('answers requests one after another, because moto changes what another thread goes through', async () => {
  const { stdout, stderr } = await runProgram(
    tool(),
    ['-B', join(__dirname, 'in_turn_check.py'), join(__dirname, '..', 'lib', 'moto')],
    { directory: __dirname, variables: process.env },
  );
  expect({ together: stdout.trim(), stderr }).toEqual({ together: '0', stderr: '' });
});
