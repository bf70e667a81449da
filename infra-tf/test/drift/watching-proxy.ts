import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WatchingProxy {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** What was called, for example `sns GetTopicAttributes` or `s3 PUT`. */
  readonly calls: readonly string[];
  readonly stop: () => Promise<void>;
}

const REFUSAL =
  '<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>';

/** The action that a request of any of AWS's protocols asks for; for S3 the method. */
const actionOf = (target: string | undefined, body: string, method: string): string =>
  target?.split('.').at(-1) ?? new URLSearchParams(body).get('Action') ?? method;

/**
 * Stands before an emulator, remembers what it is asked to do, and refuses what credentials would not allow.
 * @param refuses gets the action and the request's body
 */
export const startWatchingProxy = async (
  emulator: string,
  refuses: (action: string, body: string) => boolean,
): Promise<WatchingProxy> => {
  const calls: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method = '', headers, url } = incoming;
      const action = actionOf(headers['x-amz-target']?.toString(), body.toString(), method);
      const service = /\d{8}\/[\w-]+\/([\w-]+)\/aws4/.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
      calls.push(`${service} ${action}`);
      if (refuses(action, body.toString())) {
        outgoing.writeHead(403, { 'content-type': 'text/xml' }).end(REFUSAL);
        return;
      }
      request(`${emulator}${url}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      })
        .on('error', (error) => outgoing.destroy(error))
        .end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
