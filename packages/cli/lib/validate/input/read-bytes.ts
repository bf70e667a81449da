import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { unreadable } from '../../read-input.ts';

/** @throws UnreadableFileError */
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
 * @throws UnreadableFileError
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
