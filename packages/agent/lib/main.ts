import { hostname } from 'node:os';
import { CacheOutages } from '@flaghoist/adapters/cache-outages';
import { connectCache } from '@flaghoist/adapters/connect/cache';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { RedisServiceFeed } from '@flaghoist/adapters/redis-service-feed';
import { createTaskCredentials } from '@flaghoist/adapters/task-credentials';
import { readVariables } from '@flaghoist/adapters/variables';
import { describeError } from '@flaghoist/core/describe-error';
import { systemClock } from '@flaghoist/system/clock';
import { addressOf } from './address.ts';
import { createAgent } from './agent.ts';
import { collectOnceLoaded } from './collect-once-loaded.ts';
import { addOutageMetric } from './outage-metric.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { serve } from './serve.ts';
import { agentVariables } from './variables.ts';

/** Containers are killed ten seconds after they were asked to stop, or later. */
const STOP_MS = 3_000;

const HINT =
  'Set it where the agent is started, such as in the definition of its task: docs/services.md has an example.';

const main = async (): Promise<void> => {
  const variables = readVariables(agentVariables, process.env, HINT);
  const { AWS_REGION: region, AGENT_SERVICE: service, AGENT_CELL: cell, AGENT_EVALUATION: evaluation } = variables;
  const instance = variables.AGENT_INSTANCE ?? hostname();
  const log = new JsonLogger({ clock: systemClock, fields: { service, region, instance } });
  const credentials = createTaskCredentials(variables, { log, clock: systemClock });
  await credentials.renew();
  const outages = new CacheOutages({ log, clock: systemClock });
  const connect = () => connectCache(variables, { log, outages, credentials: credentials.current });
  const [client, subscriber] = [connect(), connect()];
  const feed = new RedisServiceFeed({ client, subscriber, cell, service });
  const { AGENT_STATE: path, CACHE_NAME: cache } = variables;
  const file = path === undefined ? undefined : { path, cell, cache };
  const agent = createAgent({ service, region, instance, feed, clock: systemClock, log, file });

  // Nothing waits for them: a connection that is there is asked for none.
  agent.onLook(() => void credentials.renew());
  collectOnceLoaded(agent, typeof gc === 'undefined' ? undefined : gc);

  const http = addressOf(variables.AGENT_HTTP);
  const served = await serve({
    agent,
    log,
    http,
    hosts: variables.AGENT_HOSTS,
    sync: variables.AGENT_SYNC,
    evaluation,
  });
  addProcessMetrics(served.registry, systemClock);
  addOutageMetric(served.registry, outages);
  await agent.start();
  log.info('agent serves', { http: served.address, sync: variables.AGENT_SYNC, ready: agent.freshness.loaded });

  const stop = async (): Promise<void> => {
    // Those who do not go are left behind.
    await Promise.race([served.stop(), systemClock.sleep(STOP_MS)]);
    await agent.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
};

main().catch((error: unknown) => {
  console.error(describeError(error));
  process.exit(1);
});
