import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import type { Files } from '@flaghoist/parity/report/manifest';
import { isFolder, mayWriteIn, obstacleTo } from '../folders.ts';
import { wrongOption } from '../wrong-use.ts';

/**
 * Refuses a page that cannot be written, before anything is planned for it.
 *
 * @throws {WrongUseError}
 */
export const refuseUnwritablePage = (file: string): void => {
  const folder = dirname(resolve(file));
  if (isFolder(file)) throw wrongOption('--html', `${file} is a folder`, 'Name a file in it.');
  if (!mayWriteIn(folder)) {
    throw wrongOption(
      '--html',
      `${folder} is no folder that can be written to`,
      'Make it first, or name a file in another.',
    );
  }
};

/** @throws {WrongUseError} when something is in it already, as two runs in one bundle prove nothing, or it cannot be made */
export const refuseUnusableFolder = (folder: string): void => {
  const hint = 'Name a new folder for each bundle.';
  if (isFolder(folder) && readdirSync(folder).length > 0) {
    throw wrongOption('--evidence', `${folder} is not empty`, hint);
  }
  const obstacle = obstacleTo(folder);
  if (obstacle !== undefined) {
    throw wrongOption('--evidence', `${obstacle} is no folder that can be written to`, hint);
  }
};

export const writeBundle = (folder: string, files: Files): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

/** @throws {InvalidInputError} when there is no such folder */
export const readBundle = (folder: string): Files => {
  if (!isFolder(folder)) {
    throw new InvalidInputError('--verify', [`there is no folder ${folder}`], 'Name a folder that --evidence wrote.');
  }
  const files = readdirSync(folder, { withFileTypes: true });
  return Object.fromEntries(
    files.map((file) => [file.name, file.isFile() ? readFileSync(join(folder, file.name), 'utf8') : '']),
  );
};
