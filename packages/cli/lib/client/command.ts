import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { Client } from './client.ts';
import { endpointOf } from './endpoint.ts';

export interface ServerOption {
  readonly server?: string;
}

/** A command that talks to a server. */
export const serverOption = (command: Command): Command =>
  command.option('--server <url>', 'which server (default: HOIST_SERVER, else the first that hoist up started here)');

/** @throws WrongUseError */
export const clientOf = async ({ server }: ServerOption, { signal, variables }: CommandContext): Promise<Client> =>
  new Client(await endpointOf(server, variables), signal);

/** As whoever started the server on this machine, by the key that only they can read. */
export const ownerOf = async ({ server }: ServerOption, { signal, variables }: CommandContext): Promise<Client> => {
  const endpoint = await endpointOf(server, variables);
  return new Client({ ...endpoint, token: endpoint.token ?? endpoint.ownerToken }, signal);
};
