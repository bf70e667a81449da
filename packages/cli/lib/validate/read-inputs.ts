import type { Readable } from 'node:stream';
import { type Contents, contentsOf, noFlags, type ReadOptions } from './contents.ts';
import { findFiles, STDIN } from './input/find-files.ts';
import { type Part, partsOf } from './input/parts.ts';
import { bytesOfFile, bytesOfStream } from './input/read-bytes.ts';
import { textOf } from './input/text-of.ts';

export interface Input {
  readonly part: Part;
  readonly contents: Contents;
}

export interface Inputs {
  readonly inputs: readonly Input[];
  /** All files that have flags, in order. */
  readonly files: readonly string[];
  /** Files of a folder that hold something else. */
  readonly passedOver: readonly string[];
}

const STDIN_NAME = 'standard input';

/**
 * What is in files and folders.
 *
 * @throws UnreadableFileError, InvalidFileError, InvalidInputError for a named file that holds something else
 */
export const readInputs = async (
  paths: readonly string[],
  stdin: () => Readable,
  options: ReadOptions,
): Promise<Inputs> => {
  const inputs: Input[] = [];
  const files: string[] = [];
  const passedOver: string[] = [];
  for (const { path, named } of await findFiles(paths)) {
    const name = path === STDIN ? STDIN_NAME : path;
    const bytes = path === STDIN ? await bytesOfStream(name, stdin()) : await bytesOfFile(path);
    const parts = partsOf(name, textOf(name, bytes));
    const found = parts.flatMap((part) => {
      const contents = contentsOf(part, options);
      return contents === null ? [] : [{ part, contents }];
    });
    if (found.length > 0) files.push(name);
    else if (named) throw noFlags(parts[0] ?? { file: name, value: null, text: '', positionOf: () => START });
    else passedOver.push(name);
    inputs.push(...found);
  }
  return { inputs, files, passedOver };
};

const START = { line: 1, column: 1 };
