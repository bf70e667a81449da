import { CacheOutages } from '@flaghoist/adapters/cache-outages';
import { connectCache } from '@flaghoist/adapters/connect/cache';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { RedisServiceFeed } from '@flaghoist/adapters/redis-service-feed';
import { createTaskCredentials, taskCredentialVariablesIn } from '@flaghoist/adapters/task-credentials';
import { createAgent } from '@flaghoist/agent/agent';
import { systemClock } from '@flaghoist/system/clock';
import { FlaghoistProvider } from './provider.ts';

export interface ProviderOptions {
  readonly region: string;
  readonly service: string;
  readonly cell: string;
  /** Names this process among those of the service: the task's id. */
  readonly instance: string;
  readonly cache: {
    readonly host: string;
    readonly port: number;
    /** The replication group, for the token that IAM lets in with. */
    readonly name: string;
    /** Left out on this machine alone. */
    readonly user?: string;
  };
  /** The file of the last known good flags; without it, a start waits for the cache. */
  readonly path?: string;
}

/**
 * A provider over the cache of a service. Give it to `OpenFeature.setProviderAndWait`, and keep it for `evaluate`.
 *
 * @throws InvalidInputError for an instance under whose name nobody would see it, and for a login that would not be safe
 */
export const createProvider = ({
  region,
  service,
  cell,
  instance,
  cache,
  path,
}: ProviderOptions): FlaghoistProvider => {
  // Standard output is the application's.
  const write = (line: string): void => void process.stderr.write(line);
  const log = new JsonLogger({ clock: systemClock, fields: { service, region, instance }, write });
  const { host, port, name, user = '' } = cache;
  const variables = {
    ...{ AWS_REGION: region, CACHE_HOST: host, CACHE_PORT: port, CACHE_SHARDS: 1, CACHE_NAME: name },
    ...{ CACHE_USER: user, CACHE_PASSWORD: 'none', CACHE_TLS: user !== '' },
  };
  const credentials = createTaskCredentials(taskCredentialVariablesIn(process.env), { log, clock: systemClock });
  const open = () => {
    const outages = new CacheOutages({ log, clock: systemClock });
    const connect = () => connectCache(variables, { log, outages, credentials: credentials.current });
    const [client, subscriber] = [connect(), connect()];
    const feed = new RedisServiceFeed({ client, subscriber, cell, service });
    return { feed, connections: [client, subscriber] };
  };
  // What was closed stays so: whoever starts again has others.
  let opened = open();
  let closed = false;
  const feed: Parameters<typeof createAgent>[0]['feed'] = {
    follow: (follower) => opened.feed.follow(follower),
    sequence: () => opened.feed.sequence(),
    overview: () => opened.feed.overview(),
    flags: (flagKeys) => opened.feed.flags(flagKeys),
    claim: (name, claim) => opened.feed.claim(name, claim),
  };
  const file = path === undefined ? undefined : { path, cell, cache: name };
  const agent = createAgent({ service, region, instance, feed, clock: systemClock, log, file });
  agent.onLook(() => void credentials.renew());
  return new FlaghoistProvider({
    ...agent,
    async start() {
      if (closed) opened = open();
      closed = false;
      await credentials.renew();
      await agent.start();
    },
    async stop() {
      await agent.stop();
      closed = true;
      for (const connection of opened.connections) connection.disconnect();
    },
  });
};
