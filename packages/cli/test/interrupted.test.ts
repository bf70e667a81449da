import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';

it('hoist up ends when Ctrl-C came while the world was starting', async () => {
  const streams = { stdout: new Sink(), stderr: new Sink(), noColour: true };
  const exitCode = await runProgram(['up', '--ephemeral', '--no-latency'], streams, AbortSignal.abort());
  expect(exitCode).toBe(130);
});
