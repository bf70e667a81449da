import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import { addressOf, cannotListen, clearSocket } from '../address.ts';
import { flagSyncService, metadataResponse, type SyncRequest } from './protocol.ts';
import type { Stream, SyncStreams } from './streams.ts';

interface Ports {
  readonly service: string;
  readonly streams: SyncStreams;
}

interface Refused {
  readonly code: status;
  readonly details: string;
}

/** Of header and body the header counts; clients send one, the other, or both. */
const selectorOf = (metadata: { get(name: string): readonly (string | Buffer)[] }, body: string): string =>
  String(metadata.get('flagd-selector')[0] ?? body);

/** Nobody gets other flags than those that he has asked for. */
const refusalOf = (service: string, selector: string): Refused | null =>
  ['', service, `flagSetId=${service}`].includes(selector)
    ? null
    : {
        code: status.INVALID_ARGUMENT,
        details: `selector ${JSON.stringify(selector)}: this agent serves ${service}; leave the selector out`,
      };

/** Said to all who are connected when the server goes: at the end of a stream that ends well, some never come back. */
const GOING: Refused = { code: status.UNAVAILABLE, details: 'the agent is stopping' };

type Call = ServerWritableStream<SyncRequest, Buffer>;

/** flagd.sync.v1. A stream lasts as long as the process, and never ends as if all were said. */
export const createSyncServer = ({ service, streams }: Ports) => {
  const calls = new Set<Call>();
  const server = new Server({
    // A client that is gone without a word is noticed; one that says nothing is not cut off.
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.max_send_message_length': -1,
  });

  const SyncFlags: handleServerStreamingCall<SyncRequest, Buffer> = (call) => {
    const refused = refusalOf(service, selectorOf(call.metadata, call.request.selector));
    if (refused !== null) {
      call.emit('error', refused);
      return;
    }
    const stream: Stream = {
      write: (message) =>
        new Promise((resolve, reject) =>
          call.write(message, (error?: Error | null) => (error ? reject(error) : resolve())),
        ),
    };
    const leave = (): void => {
      calls.delete(call);
      streams.remove(stream);
    };
    for (const event of ['cancelled', 'close', 'error', 'finish']) call.once(event, leave);
    calls.add(call);
    streams.add(stream);
  };

  const nothingToSend = (): string =>
    streams.setBytes === 0
      ? `the flags of ${service} were not read yet`
      : `the set of flags of ${service} has ${streams.setBytes} bytes, which is too large for clients`;

  const FetchAllFlags: handleUnaryCall<SyncRequest, Buffer> = (call, reply) => {
    const refused = refusalOf(service, selectorOf(call.metadata, call.request.selector));
    const set = streams.fetch();
    if (refused !== null) reply(refused);
    else if (set === null) reply({ code: status.UNAVAILABLE, details: nothingToSend() });
    else reply(null, set);
  };

  const GetMetadata: handleUnaryCall<SyncRequest, Buffer> = (_call, reply) => reply(null, metadataResponse(service));

  server.addService(flagSyncService, { SyncFlags, FetchAllFlags, GetMetadata });
  return {
    /** @param address `host:port`, or `unix:` and the path of a socket @returns the port; of a socket, what it makes of it */
    async listen(address: string): Promise<number> {
      const bound = addressOf(address);
      if ('path' in bound) await clearSocket(bound.path);
      return new Promise((resolve, reject) => {
        server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
          error === null ? resolve(port) : reject(cannotListen(address, error)),
        );
      });
    },
    /** Resolves when all have heard why, and have gone. */
    stop: (): Promise<void> =>
      new Promise((resolve) => {
        for (const call of calls) call.emit('error', GOING);
        server.tryShutdown(() => resolve());
      }),
  };
};
