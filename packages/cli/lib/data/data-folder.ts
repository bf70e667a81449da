import { join, resolve } from 'node:path';
import { stateFolder } from '../state-folder.ts';

/** As it was typed, or the user's state folder. */
export const dataFolderOf = (
  typed: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): string => (typed === undefined ? join(stateFolder(variables), 'data') : resolve(typed));
