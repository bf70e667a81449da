import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isFolder, obstacleTo } from './folders.ts';
import { wrongOption } from './wrong-use.ts';

/** What others may do with a folder. */
const OF_OTHERS = 0o077;

/**
 * Where plans are kept. Nobody but its owner may read it, so a folder that others may read must have nothing else in it: nobody closes a
 * checkout by a slip.
 *
 * @param named by `--plans`
 * @param isOwn whether something in it is of plans, by its name
 * @throws {WrongUseError} where there can be no folder, or it is one of something else
 */
export const planFolderAt = (
  named: string | undefined,
  { usual, isOwn }: { readonly usual: string; readonly isOwn: (name: string) => boolean },
): string => {
  const folder = resolve(named ?? usual);
  const obstacle = obstacleTo(folder);
  if (obstacle !== undefined) {
    throw wrongOption('--plans', `${obstacle} is no folder that can be written to`, 'Name another folder.');
  }
  if (!isFolder(folder) || (statSync(folder).mode & OF_OTHERS) === 0) return folder;
  const other = readdirSync(folder).find((name) => !isOwn(name));
  if (other === undefined) return folder;
  throw wrongOption(
    '--plans',
    `${folder} has ${JSON.stringify(other)}, which is no plan, and others may read the folder: all of it would be closed to them`,
    `Name a folder that is empty or not there; or, if this one is for plans alone, chmod 700 ${folder}`,
  );
};
