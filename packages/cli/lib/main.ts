import { endOnLostOutput } from './lost-output.ts';
import { runProgram } from './program.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());
endOnLostOutput({ stdout: process.stdout, stderr: process.stderr, exit: (code) => process.exit(code) });

const noColour = process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '';
process.exitCode = await runProgram(
  process.argv.slice(2),
  { stdout: process.stdout, stderr: process.stderr, stdin: () => process.stdin, noColour, variables: process.env },
  interrupted.signal,
);
