import { readFileSync } from 'node:fs';
import { InvalidFileError } from './invalid-file.ts';

/**
 * @param path where it is
 * @param file its name, as the reader of an error knows it
 * @throws InvalidFileError when it cannot be read
 */
export const readText = (path: string, file: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const problem = `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    const remedy = 'Put a file there that you may read.';
    throw new InvalidFileError([{ file, line: 1, column: 1, problem, remedy }], remedy, error);
  }
};
