import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where data is kept unless told otherwise: a folder in the user's state directory, as the XDG base directories have it. */
export const defaultDataFolder = (variables: Variables): string => {
  const { XDG_STATE_HOME = '', HOME = homedir() } = variables;
  return join(XDG_STATE_HOME === '' ? join(HOME, '.local', 'state') : XDG_STATE_HOME, 'flaghoist');
};

/** As it was typed, or the default. */
export const dataFolderOf = (typed: string | undefined, variables: Variables): string =>
  typed === undefined ? defaultDataFolder(variables) : resolve(typed);
