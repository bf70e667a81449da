import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import type { Files } from '@flaghoist/environments/manifest';

/** @throws {InvalidInputError} when something is in it already: two runs in one bundle prove nothing */
export const refuseUsedFolder = (folder: string): void => {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new InvalidInputError('--evidence', [`${folder} is not empty`], 'Name a new folder for each bundle.');
  }
};

export const writeBundle = (folder: string, files: Files): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

/** @throws {InvalidInputError} when there is no such folder */
export const readBundle = (folder: string): Files => {
  if (!existsSync(folder)) {
    throw new InvalidInputError('--verify', [`there is no ${folder}`], 'Name a folder that --evidence wrote.');
  }
  const files = readdirSync(folder, { withFileTypes: true });
  return Object.fromEntries(
    files.map((file) => [file.name, file.isFile() ? readFileSync(join(folder, file.name), 'utf8') : '']),
  );
};
