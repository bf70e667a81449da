import { join } from 'node:path';
import { needs } from '@flaghoist/tools/needs';
import { runProgram } from '@flaghoist/tools/run-program';
import { motoPython } from '../lib/moto.ts';

const { it, tool } = needs(motoPython, process.env);

it('begins a cluster with a snapshot, and keeps of a change what AWS does, with one secret', async () => {
  const { stdout, stderr } = await runProgram(
    tool(),
    ['-B', join(__dirname, 'restored_clusters_check.py'), join(__dirname, '..', 'lib', 'moto')],
    { directory: __dirname, variables: process.env },
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ signsInByIam: [false, false, true], hasOneSecret: true, left: [] });
});
