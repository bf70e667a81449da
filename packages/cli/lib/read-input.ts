import { readFileSync } from 'node:fs';
import { FlaghoistError } from '@flaghoist/core/errors';

/** A file that the user named cannot be read. */
class UnreadableFileError extends FlaghoistError {
  readonly code = 'FH_UNREADABLE_FILE';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
};

const REMEDY = 'Name a file that exists and that you may read.';

export const unreadable = (name: string, error: unknown, hint = REMEDY): UnreadableFileError => {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const why = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new UnreadableFileError(`${name} cannot be read: ${why}`, {
    hint,
    retryable: false,
    cause: error,
  });
};

/**
 * @param hint what to do where there is no such file
 * @throws UnreadableFileError
 */
export const readInput = (file: string, hint?: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error, hint);
  }
};
