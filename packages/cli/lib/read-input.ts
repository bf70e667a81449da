import { readFileSync } from 'node:fs';
import { FlaghoistError } from '@flaghoist/core/errors';

/** A file that the user named cannot be read. */
class UnreadableFileError extends FlaghoistError {
  readonly code = 'FH_UNREADABLE_FILE';
}

/** @throws UnreadableFileError */
export const readInput = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreadableFileError(`${file} cannot be read: ${why}`, {
      hint: 'Name a file that exists and that you may read.',
      retryable: false,
      cause: error,
    });
  }
};
