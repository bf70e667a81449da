import { rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { UnavailableError } from '@flaghoist/core/errors';
import * as z from 'zod/mini';

const SOCKET = 'unix:';
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\]):(\d{1,5})$/i;
const MAX_PORT = 65_535;

const portOf = (text: string): number => Number(LOOPBACK.exec(text)?.[2] ?? Number.NaN);

/** `host:port` of this machine alone, or `unix:` and the path of a socket: nothing that is served asks for a login. */
export const addressSchema = z.string().check(
  z.refine((text) => (text.startsWith(SOCKET) ? text.length > SOCKET.length : portOf(text) <= MAX_PORT), {
    error: 'must be "unix:/path", or a port of this machine such as "127.0.0.1:8016": nobody is asked for a login',
  }),
);

/** `host:port`, or the path of a socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** @param text an address by the schema */
export const addressOf = (text: string): Address => {
  if (text.startsWith(SOCKET)) return { path: text.slice(SOCKET.length) };
  const [, host = ''] = LOOPBACK.exec(text) ?? [];
  return { host: host.replace(/[[\]]/g, ''), port: portOf(text) };
};

/** @throws UnavailableError where somebody else listens, or nobody may */
export const cannotListen = (address: string, cause: unknown): UnavailableError =>
  new UnavailableError(
    `address ${address}`,
    'Another process listens there, or this one may not: name another one in AGENT_HTTP or AGENT_SYNC.',
    cause,
  );

const isSocket = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isSocket(),
    () => false,
  );

const isHeard = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'));
  });

/** Removes the socket that a process left that was killed: nobody hears it, and nobody could listen on it again. */
export const clearSocket = async (path: string): Promise<void> => {
  if ((await isSocket(path)) && !(await isHeard(path))) await rm(path, { force: true });
};
