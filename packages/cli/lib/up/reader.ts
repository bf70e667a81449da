import { createAgent } from '@flaghoist/agent/agent';
import { serve } from '@flaghoist/agent/serve';
import { servingServices } from '@flaghoist/core/topology';
import type { World } from '@flaghoist/simulator/world';
import { demonstrationFlag } from './proposal.ts';

/** Where flagd's clients look for it. */
const PORT = 8016;
const CONTEXT = { channel: 'branch' };

/** A service that reads the flag, as the services of a company do. */
export interface Reader {
  /** What it reads now, for people: `payments in us-east-1 reads false (revision 1.1)`. */
  reads(): Promise<string>;
  /** Where its agent answers, as `http://127.0.0.1:8016`; another port where somebody has that one. */
  readonly url: string;
  readonly service: string;
  readonly region: string;
  /** A line that anybody can paste into a terminal. */
  readonly line: string;
  stop(): Promise<void>;
}

const ignore = (): void => undefined;
const quiet = { info: ignore, warn: ignore, error: ignore };

/** Starts an agent beside the first service of the home region. */
export const startReader = async (world: World): Promise<Reader> => {
  const topology = await world.topology.latest();
  const [service = ''] = servingServices(topology);
  const region = topology.home;
  const feed = world.region(region).caches.feedOf(service);
  const agent = createAgent({ service, region, instance: 'embedded', feed, clock: world.scheduler, log: quiet });
  await agent.start();
  const listen = (port: number) =>
    serve({ agent, log: quiet, http: { host: '127.0.0.1', port }, evaluation: 'remote' });
  // Another world, or flagd, may have the port.
  const served = await listen(PORT).catch(() => listen(0));
  const url = `http://${served.address}`;
  const evaluated = `${url}/ofrep/v1/evaluate/flags/${demonstrationFlag}`;
  const body = JSON.stringify({ context: CONTEXT });
  return {
    url,
    service,
    region,
    async reads() {
      const answer = (await (await fetch(evaluated, { method: 'POST', body })).json()) as {
        readonly value?: unknown;
        readonly metadata?: { readonly version?: string };
      };
      return `${service} in ${region} reads ${answer.value} (revision ${answer.metadata?.version})`;
    },
    line: `curl -s -X POST ${evaluated} -d '${body}'`,
    async stop() {
      await served.stop();
      await agent.stop();
    },
  };
};
