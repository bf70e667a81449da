import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import permissions from '@flaghoist/wiring/permissions.json' with { type: 'json' };
import { Client } from '@opensearch-project/opensearch';

const functions: Readonly<Record<string, readonly { readonly actions: string[]; readonly on: string[] }[]>> =
  permissions.functions;

export const roleOf = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

/** Every request that the function's policy allows, as `<method> <path>`. */
export const allowedOf = (name: string): string[] =>
  (functions[name] ?? []).flatMap(({ actions, on }) =>
    actions
      .filter((action) => action.startsWith('es:ESHttp'))
      .flatMap((action) =>
        on.map((word) => `${action.replace('es:ESHttp', '').toUpperCase()} ${word.replace(/^audit/, '')}`),
      ),
  );

/** A client that says who it is by a header, in the place of a signature. */
export const clientAs = (node: string, name: string): Client =>
  new Client({ node, headers: { 'x-caller': name }, maxRetries: 0 });

/** A client of the nodes themselves, past the front, with the rights of a role inside of the domain. */
export const pastTheFront = (node: string, name: string): Client =>
  new Client({
    node,
    headers: { 'x-forwarded-for': '10.0.0.1', 'x-proxy-user': name, 'x-proxy-roles': roleOf(name) },
    maxRetries: 0,
  });

export interface Front {
  readonly node: string;
  /** What was asked, as `<who> <method> <path>`, with the status of the answer. */
  readonly requests: [string, number][];
  /** While set, requests after so many get no answer. */
  answersLeft: number;
  stop(): Promise<void>;
}

/**
 * Stands for the front of a domain in AWS: lets a function in at the paths of its policy, which Terraform renders from the same
 * file, and tells the nodes which role calls. It takes the caller's word for who he is; AWS checks his signature.
 */
export const startFront = async (nodes: string): Promise<Front> => {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url?.split('?')[0] ?? '';
    const name = String(incoming.headers['x-caller']);
    const told = (status: number): void => void front.requests.push([`${name} ${incoming.method} ${path}`, status]);
    if (front.answersLeft === 0) {
      told(0);
      incoming.socket.destroy();
      return;
    }
    front.answersLeft -= 1;
    if (!allowedOf(name).includes(`${incoming.method} ${path}`)) {
      told(403);
      outgoing.writeHead(403, { 'content-type': 'application/json' }).end('{"Message":"not authorized"}');
      return;
    }
    const { host: _, 'x-caller': __, ...rest } = incoming.headers;
    const headers = { ...rest, 'x-forwarded-for': '10.0.0.1', 'x-proxy-user': name, 'x-proxy-roles': roleOf(name) };
    const onward = request(`${nodes}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
      told(answer.statusCode ?? 0);
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front: Front = {
    node: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    answersLeft: Number.POSITIVE_INFINITY,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return front;
};
