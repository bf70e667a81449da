import { readFileSync } from 'node:fs';
import { FlaghoistError } from '@flaghoist/core/errors';

/** A file that the user named cannot be read. */
class UnreadableFileError extends FlaghoistError {
  readonly code = 'FH_UNREADABLE_FILE';
}

/**
 * @param file its path, or the number of an open file: 0 is standard input
 * @throws UnreadableFileError
 */
export const readInput = (file: string | number): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreadableFileError(`${file === 0 ? 'standard input' : file} cannot be read: ${why}`, {
      hint: 'Name a file that exists and that you may read.',
      retryable: false,
      cause: error,
    });
  }
};
