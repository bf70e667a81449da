import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FlaghoistError } from '@flaghoist/core/errors';

/** A file that the user named cannot be read. */
export class UnreadableInputError extends FlaghoistError {
  readonly code = 'FH_UNREADABLE_FILE';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
};

export const unreadable = (name: string, error: unknown): UnreadableInputError => {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const why = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new UnreadableInputError(`${name} cannot be read: ${why}`, {
    hint: 'Name a file or a folder that exists and that you may read; - is standard input.',
    retryable: false,
    cause: error,
  });
};

/** @throws UnreadableInputError */
export const bytesOfFile = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
};

/**
 * All that a program writes, however slowly and however much: a pipe gives no more than it has, and may not be read as a file.
 *
 * @throws UnreadableInputError
 */
export const bytesOfStream = async (name: string, stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  } catch (error) {
    throw unreadable(name, error);
  }
  return Buffer.concat(chunks);
};
