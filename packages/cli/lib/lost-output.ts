import type { Writable } from 'node:stream';
import { describeError } from '@flaghoist/core/describe-error';
import { FlaghoistError } from '@flaghoist/core/errors';
import { exitCodes } from './exit-codes.ts';

class LostOutputError extends FlaghoistError {
  readonly code = 'FH_LOST_OUTPUT';
}

interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly exit: (code: number) => void;
}

/** Ends the program when nobody gets its result. What goes on is no result: losing standard error changes nothing. */
export const endOnLostOutput = ({ stdout, stderr, exit }: Streams): void => {
  stderr.on('error', () => {});
  stdout.on('error', (cause: NodeJS.ErrnoException) => {
    // `hoist … | head` closes the pipe early; that is not an error.
    if (cause.code === 'EPIPE') return exit(exitCodes.ok);
    const lost = new LostOutputError(`standard output cannot be written: ${cause.message}`, {
      hint: 'Make room where it goes, or send it elsewhere.',
      retryable: false,
      cause,
    });
    stderr.write(`${describeError(lost)}\n`);
    exit(exitCodes.defect);
  });
};
