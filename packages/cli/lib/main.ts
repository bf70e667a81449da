import { isMainThread } from 'node:worker_threads';
import { endOnLostOutput } from './lost-output.ts';
import { runProgram } from './program.ts';

// What Node thinks of itself, such as that its SQLite is new, is nothing that a user can act on.
process.removeAllListeners('warning');

const main = async (): Promise<number> => {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const insisted = (): AbortSignal => {
    const again = new AbortController();
    interrupted.signal.addEventListener('abort', () => {
      process.once('SIGINT', () => again.abort());
      process.once('SIGTERM', () => again.abort());
    });
    return again.signal;
  };
  endOnLostOutput({ stdout: process.stdout, stderr: process.stderr, exit: (code) => process.exit(code) });

  const { NO_COLOR = '', TERM, FORCE_COLOR } = process.env;
  const noColour = NO_COLOR !== '' || TERM === 'dumb' || FORCE_COLOR === '0';
  const program = new URL(import.meta.url);
  return await runProgram(
    process.argv.slice(2),
    {
      stdout: process.stdout,
      stderr: process.stderr,
      stdin: () => process.stdin,
      noColour,
      variables: process.env,
      program,
      insisted,
    },
    interrupted.signal,
  );
};

if (isMainThread) process.exitCode = await main();
else (await import('./validate/threads.ts')).judgeForMainThread();
