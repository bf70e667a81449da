import { hostname, userInfo } from 'node:os';
import { wrongOption } from '../wrong-use.ts';
import { answers, type StartedServer, startedServers } from './servers.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where `hoist up` listens unless told otherwise: FLAG on the keys of a telephone. */
export const DEFAULT_PORT = 3524;

/** Which server a command talks to, and as whom. */
export interface Endpoint {
  readonly url: URL;
  readonly token: string | undefined;
  /** That of whoever started the server on this machine. */
  readonly ownerToken: string | undefined;
  /** Who somebody without a token says he is. */
  readonly user: string;
}

/** Of the person on this machine. @throws where nobody is behind the number of the user */
type Account = () => { readonly username: string };

/**
 * Everybody's root has the same name, so the machine's stands behind it: whoever asks about a change learns whose machine it was. Who
 * was root there it does not say, so a policy that asks for people takes no local name (FH-RECORD-07). An `@` between the two would make
 * it the shared account `root` of a domain, which no rule lets change anything (FH-RECORD-08).
 */
const userOf = (variables: Variables, account: Account): string => {
  const named = variables['HOIST_USER'] || variables['SUDO_USER'];
  if (named) return named;
  try {
    const { username } = account();
    return username === 'root' ? `root-of-${hostname()}` : username;
  } catch {
    // In a container nobody may be behind the number.
    return `somebody@${hostname()}`;
  }
};

/**
 * The first that listens. One that was killed has left its address; where no other runs, the error names that one. One that listens
 * and is slow is waited for: the next one is another world.
 */
const runningOf = async (started: readonly StartedServer[]): Promise<StartedServer | undefined> => {
  for (const server of started) if (await answers(server)) return server;
  return started[0];
};

/**
 * @param named what `--server` says; else `HOIST_SERVER`, else the first of the servers that were started on this machine and run
 * @throws WrongUseError for what is no address
 */
export const endpointOf = async (
  named: string | undefined,
  variables: Variables,
  account: Account = userInfo,
): Promise<Endpoint> => {
  const started = startedServers(variables);
  const text =
    named ?? variables['HOIST_SERVER'] ?? (await runningOf(started))?.url ?? `http://127.0.0.1:${DEFAULT_PORT}`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw wrongOption('--server', `${JSON.stringify(text)} is no address`, 'Write it as http://127.0.0.1:3524.');
  const url = new URL(text);
  const own = started.find((each) => new URL(each.url).origin === url.origin);
  return {
    url,
    token: variables['HOIST_TOKEN'] || undefined,
    ownerToken: own?.token,
    user: userOf(variables, account),
  };
};
