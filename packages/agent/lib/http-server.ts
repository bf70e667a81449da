import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Logger } from '@flaghoist/core/ports/logger';
import { type Address, cannotListen, clearSocket } from './address.ts';

const MAX_BODY_BYTES = 256 * 1024;
/** Longer than clients keep a connection, so that none is closed in the moment in which a request is under way. */
const KEEP_ALIVE_MS = 75_000;

interface Request {
  /** What the path has where the route names a part. */
  readonly part: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

interface Response {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Work =
  | { readonly answer: (request: Request) => Response | Promise<Response> }
  | { readonly stream: (response: ServerResponse) => void };

export type Route = { readonly method: 'GET' | 'POST'; readonly path: RegExp } & Work;

interface Options {
  readonly log: Pick<Logger, 'error'>;
  /** Names under which it may be asked, beside those of this machine; in small letters. */
  readonly hosts?: readonly string[] | undefined;
}

/** A handful of routes, each of which has its whole answer at once. */
export const createHttpServer = (routes: readonly Route[], { log, hosts = [] }: Options): Server => {
  const server = createServer((message, response) => {
    if (isForeign(message, hosts)) {
      send(response, { status: 403, text: FOREIGN });
      return;
    }
    serve(routes, message, response).catch((error: unknown) => {
      // Whoever asked is gone, before all of it was said.
      if (!message.complete) {
        response.destroy();
        return;
      }
      log.error('request failed', { error, method: message.method, path: message.url });
      if (!response.headersSent) send(response, { status: 500, text: '{"errorCode":"GENERAL"}' });
      else response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
};

const THIS_MACHINE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const FOREIGN = JSON.stringify({
  errorDetails: 'expected a Host that names this machine, or one of AGENT_HOSTS',
});

/** A page in a browser may ask under a name of its own that leads to this machine. It cannot reach a socket of the file system. */
const isForeign = ({ headers, socket }: IncomingMessage, hosts: readonly string[]): boolean => {
  const name = (headers.host ?? '').replace(/:\d*$/, '').toLowerCase();
  return socket.remoteAddress !== undefined && name !== '' && !THIS_MACHINE.test(name) && !hosts.includes(name);
};

const serve = async (routes: readonly Route[], message: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = (message.url ?? '').split('?', 1)[0] ?? '';
  const found = routes.filter((route) => route.path.test(path));
  const route = found.find(({ method }) => method === message.method);
  if (route === undefined) {
    const allow = found.map(({ method }) => method).join(', ');
    const details = { errorDetails: found.length === 0 ? `there is no ${path}` : `expected ${allow}` };
    send(response, { status: found.length === 0 ? 404 : 405, text: JSON.stringify(details), headers: { allow } });
    return;
  }
  if ('stream' in route) {
    route.stream(response);
    return;
  }
  const part = decoded(route.path.exec(path)?.groups?.['key'] ?? '');
  const body = await bodyOf(message);
  if (body === null) {
    const headers = { connection: 'close' };
    send(response, { status: 413, text: `{"errorDetails":"at most ${MAX_BODY_BYTES} bytes are read"}`, headers });
    return;
  }
  send(response, await route.answer({ part, body, headers: message.headers }));
};

const send = (response: ServerResponse, { status, text, headers = {} }: Response): void => {
  const typed = text === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { ...typed, ...headers }).end(text);
};

/** What cannot be decoded is what was sent: there is no flag of that name. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const bodyOf = async (message: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * @returns the address that it listens on, with the port that it got
 * @throws UnavailableError
 */
export const listen = async (server: Server, address: Address): Promise<string> => {
  const isPath = 'path' in address;
  if (isPath) await clearSocket(address.path);
  const named = isPath ? `unix:${address.path}` : `${address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => reject(cannotListen(named, error));
    server.once('error', refused);
    server.listen(address, () => {
      server.off('error', refused);
      const bound = server.address();
      const host = typeof bound === 'object' && bound?.family === 'IPv6' ? `[${bound.address}]` : undefined;
      resolve(typeof bound === 'object' && bound !== null ? `${host ?? bound.address}:${bound.port}` : named);
    });
  });
};
