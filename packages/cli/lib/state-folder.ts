import { homedir } from 'node:os';
import { join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where a user's programs keep what outlives them: `XDG_STATE_HOME`, else the place that its specification names. */
export const stateFolder = ({ XDG_STATE_HOME, HOME }: Variables): string =>
  join(XDG_STATE_HOME || join(HOME || homedir(), '.local', 'state'), 'flaghoist');
