import { exitCodes } from './exit-codes.ts';
import { runProgram } from './program.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());
// `hoist … | head` closes the pipe early; that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.internal);
});

const noColour = process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '';
process.exitCode = await runProgram(
  process.argv.slice(2),
  { stdout: process.stdout, stderr: process.stderr, noColour, variables: process.env },
  interrupted.signal,
);
