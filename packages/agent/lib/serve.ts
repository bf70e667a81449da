import type { Logger } from '@flaghoist/core/ports/logger';
import type { Evaluation } from '@flaghoist/core/topology';
import type { Address } from './address.ts';
import type { Agent } from './agent.ts';
import { createHttpServer, listen } from './http-server.ts';
import { createMetrics } from './metrics.ts';
import { EventStreams } from './ofrep/events.ts';
import { ofrepRoutes } from './ofrep/routes.ts';
import { operationRoutes } from './operations.ts';
import { createSyncServer } from './sync/server.ts';
import { SyncStreams } from './sync/streams.ts';

interface Options {
  readonly agent: Agent;
  readonly log: Logger;
  readonly http: Address;
  /** Names under which browsers may ask, beside those of this machine. */
  readonly hosts?: readonly string[];
  /** `host:port` or `unix:` and a path; left out, `flagd.sync.v1` is not served. */
  readonly sync?: string | undefined;
  /** How clients that evaluate by themselves draw callers; `remote`: there are none. */
  readonly evaluation: Evaluation;
}

const KEEP_ALIVE_LOOKS = 15;

/** An agent over all its protocols. */
export const serve = async ({ agent, log, http, hosts, sync, evaluation }: Options) => {
  const events = new EventStreams(agent.flags);
  const streams = new SyncStreams({ agent, log, evaluation });
  agent.claims.countStreams(() => streams.size);
  let looks = 0;
  agent.onLook(() => {
    looks += 1;
    if (looks % KEEP_ALIVE_LOOKS === 0) events.keepAlive();
  });
  const { registry, evaluated } = createMetrics({ agent, events, streams });
  const server = createHttpServer(
    [...ofrepRoutes({ agent, events, evaluated }), ...operationRoutes({ agent, streams, registry })],
    { log, hosts },
  );
  const syncServer = createSyncServer({ service: agent.service, streams });
  const address = await listen(server, http);
  const syncPort = sync === undefined ? undefined : await syncServer.listen(sync);
  return {
    /** Where HTTP is served. */
    address,
    syncPort,
    registry,
    streams,
    async stop(): Promise<void> {
      await syncServer.stop();
      events.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};
