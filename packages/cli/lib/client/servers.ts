import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { stateFolder } from '../state-folder.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What `hoist up` leaves for the commands beside it, as long as it runs. */
export interface StartedServer {
  readonly url: string;
  /** Of whoever started it; nobody else can read the file. */
  readonly token: string;
  /** When it was started, epoch milliseconds. */
  readonly at: number;
}

/** A file for each server, by its port: two that run have two ports, and none takes away what is another's. */
const serversFolder = (variables: Variables): string => join(stateFolder(variables), 'servers');

const fileOf = ({ url }: StartedServer, variables: Variables): string =>
  join(serversFolder(variables), `${new URL(url).port}.json`);

const readServer = (file: string): readonly StartedServer[] => {
  try {
    const { url, token, at } = JSON.parse(readFileSync(file, 'utf8'));
    return URL.canParse(url) && typeof token === 'string' && typeof at === 'number' ? [{ url, token, at }] : [];
  } catch {
    // It has just ended, or was killed while it wrote.
    return [];
  }
};

/** Those that were started here, the first one first; one that was killed is among them until the next one starts, and no longer answers. */
export const startedServers = (variables: Variables): readonly StartedServer[] => {
  const folder = serversFolder(variables);
  try {
    return readdirSync(folder)
      .flatMap((name) => readServer(join(folder, name)))
      .toSorted((a, b) => a.at - b.at);
  } catch {
    // None was ever started here.
    return [];
  }
};

/** Whether something listens there. */
export const answers = ({ url }: StartedServer): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

/**
 * Leaves the address of a server that listens, and takes away what killed ones have left.
 *
 * @returns whether commands ask it unless told otherwise, because no other one runs; and what takes its address away again
 */
export const announce = async (
  server: StartedServer,
  variables: Variables,
): Promise<{ readonly isFirst: boolean; withdraw(): void }> => {
  const file = fileOf(server, variables);
  let isFirst = true;
  for (const other of startedServers(variables)) {
    if (fileOf(other, variables) === file) continue;
    if (await answers(other)) isFirst = false;
    else rmSync(fileOf(other, variables), { force: true });
  }
  mkdirSync(serversFolder(variables), { recursive: true, mode: 0o700 });
  // Anew, so that the mode is the file's.
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(server), { mode: 0o600 });
  return { isFirst, withdraw: () => rmSync(file, { force: true }) };
};
