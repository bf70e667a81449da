import { type AddressInfo, createServer } from 'node:net';
import type { Held } from '@flaghoist/core/compare-and-set';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import { type Redis, ReplyError } from 'ioredis';
import { connectCache } from '../lib/connect/cache.ts';
import { connectRedis } from '../lib/connect/redis.ts';
import { commandReasonOf } from '../lib/outage-reason.ts';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { loggedOutages } from './support/logged-outages.ts';
import { endlesslyPatient } from './support/patient.ts';
import { needsRedis } from './support/servers.ts';

const { it, tool } = needsRedis();
let server: RedisServer;
let clients: Redis[] = [];
beforeEach(async () => {
  server = await startRedis(tool().program);
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  clients = [];
  await server.stop();
});

const kept = (client: Redis): Redis => {
  endlesslyPatient(client);
  clients.push(client);
  return client;
};
const local = () => ({ host: '127.0.0.1', port: server.port, tls: false });
const admin = () => kept(connectRedis(local()));
/** Unlike Node's `once`, which takes each error for its own. */
const once = (client: Redis, event: 'ready' | 'reconnecting') =>
  new Promise<void>((resolve) => void client.once(event, () => resolve()));
const attempts = async (client: Redis, count: number): Promise<void> => {
  for (let attempt = 0; attempt < count; attempt += 1) await once(client, 'reconnecting');
};
const held: Omit<Held, 'order'> = { digest: 'a'.repeat(64), documentDigest: 'd'.repeat(64), tombstone: false };
const revised = (revision: number) => ({
  ...{ flagKey: 'checkout', incoming: { ...held, order: { epoch: 1, revision } }, body: '{}' },
  ...{ repair: false, passesFull: false },
});
const warned = (reason: string) => ({ level: 'WARN', message: 'cache cannot be used', reason });
const back = (...reasons: string[]) => ({
  ...{ level: 'INFO', message: 'cache can be used again', reasons, lastedMs: expect.any(Number) },
});

it('has one line while the server is away, however often it is tried, and one when it is back', async () => {
  const { log, lines } = loggedOutages();
  const variables = { AWS_REGION: 'eu-west-1', CACHE_SHARDS: 1, CACHE_TLS: false, CACHE_NAME: 'flags', CACHE_USER: '' };
  const client = kept(
    connectCache({ ...variables, CACHE_HOST: '127.0.0.1', CACHE_PORT: server.port, CACHE_PASSWORD: 'none' }, { log }),
  );
  await client.ping();
  await server.stop();
  await attempts(client, 5);
  expect(lines()).toMatchObject([warned('ECONNREFUSED')]);
  expect(JSON.stringify(lines())).not.toContain('"stack"');
  const ready = once(client, 'ready');
  server = await startRedis(tool().program, undefined, server.port);
  await ready;
  expect(lines()).toMatchObject([warned('ECONNREFUSED'), back('ECONNREFUSED')]);
});

it('has one line for two connections of one process', async () => {
  const { outages, lines } = loggedOutages();
  const [client, subscriber] = [
    kept(connectRedis({ ...local(), outages })),
    kept(connectRedis({ ...local(), outages })),
  ];
  await Promise.all([client.ping(), subscriber.subscribe('news')]);
  await server.stop();
  await Promise.all([attempts(client, 3), attempts(subscriber, 3)]);
  const ready = Promise.all([once(client, 'ready'), once(subscriber, 'ready')]);
  server = await startRedis(tool().program, undefined, server.port);
  await ready;
  expect(lines()).toMatchObject([warned('ECONNREFUSED'), back('ECONNREFUSED')]);
  expect([...outages.counts]).toEqual([['ECONNREFUSED', 1]]);
});

it.each([
  ['a wrong password', 'WRONGPASS', { username: 'cell-1', password: () => 'a guess' }],
  ['no login where one is asked for', 'NOAUTH', {}],
])('names %s, until it is let in', async (_what, reason, login) => {
  const operator = admin();
  await operator.call('ACL', 'SETUSER', 'cell-1', 'on', '>secret', '~*', '&*', '+@all');
  await operator.call('ACL', 'SETUSER', 'default', 'resetpass', '>other');
  const { outages, lines } = loggedOutages();
  const client = kept(connectRedis({ ...local(), ...login, outages }));
  await expect(client.ping()).rejects.toThrow(reason);
  await attempts(client, 3);
  expect(lines()).toMatchObject([warned(reason)]);
  const ready = once(client, 'ready');
  await operator.call('ACL', 'SETUSER', 'cell-1', '>a guess');
  await operator.call('ACL', 'SETUSER', 'default', 'nopass');
  await ready;
  await client.ping();
  expect(lines()).toMatchObject([warned(reason), back(reason)]);
});

it('names a name that leads nowhere', async () => {
  const { outages, lines } = loggedOutages();
  const client = kept(connectRedis({ ...local(), outages }));
  // As Node says it; to ask a resolver would leave this machine.
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
  });
  for (let attempt = 0; attempt < 3; attempt += 1) client.emit('error', error);
  await client.ping();
  expect(lines()).toMatchObject([warned('ENOTFOUND'), back('ENOTFOUND')]);
  expect(JSON.stringify(lines())).not.toContain('"stack"');
});

it('names a server that hangs up before it was asked anything', async () => {
  const { outages, lines } = loggedOutages();
  const rude = createServer((socket) => void socket.destroy());
  const port = await new Promise<number>((resolve) => {
    rude.listen(0, '127.0.0.1', () => resolve((rude.address() as AddressInfo).port));
  });
  const client = kept(connectRedis({ ...local(), port, outages }));
  await Promise.allSettled([client.ping(), attempts(client, 3)]);
  rude.close();
  expect(lines()[0]).toMatchObject({ level: 'WARN', reason: expect.stringMatching(/^(closed|ECONNRESET|EPIPE)$/) });
  expect(new Set(lines().map(({ reason }) => reason)).size).toBe(lines().length);
});

it('names a demoted primary until it takes writes again, though reads are answered', async () => {
  const { outages, lines } = loggedOutages();
  const client = kept(connectRedis({ ...local(), outages }));
  const cache = new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 });
  await cache.apply('payments', revised(1));
  const operator = admin();
  await operator.call('REPLICAOF', '127.0.0.1', '1');
  for (let revision = 2; revision < 5; revision += 1) {
    await expect(cache.apply('payments', revised(revision))).rejects.toMatchObject({ serverCode: 'READONLY' });
    await cache.contents('payments');
  }
  expect(lines()).toMatchObject([warned('READONLY')]);
  await operator.call('REPLICAOF', 'NO', 'ONE');
  await cache.apply('payments', revised(5));
  expect(lines()).toMatchObject([warned('READONLY'), back('READONLY')]);
});

it('names a server that hangs, until it answers anything', async () => {
  const { outages, lines } = loggedOutages();
  const client = kept(connectRedis({ ...local(), outages }));
  await client.ping();
  client.options.commandTimeout = 1;
  process.kill(server.processId, 'SIGSTOP');
  await Promise.allSettled([client.get('a'), client.hget('b', 'c'), client.pipeline().get('a').get('d').exec()]);
  expect(lines()).toMatchObject([warned('timeout')]);
  endlesslyPatient(client);
  process.kill(server.processId, 'SIGCONT');
  await client.set('a', '1');
  expect(lines()).toMatchObject([warned('timeout'), back('timeout')]);
});

it('says nothing of a command that is refused for its own sake, or of a connection that is found again at once', async () => {
  const { outages, lines } = loggedOutages();
  const client = kept(connectRedis({ ...local(), outages }));
  await client.set('a', '1');
  await expect(client.hget('a', 'b')).rejects.toThrow('WRONGTYPE');
  const ready = once(client, 'ready');
  await admin().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await ready;
  expect(lines()).toEqual([]);
});

it.each([
  'CLUSTERDOWN Hash slot not served',
  'MOVED 3999 10.0.0.1:6379',
  'MASTERDOWN Link with MASTER is down',
  'LOADING',
])('takes the word of a server that is not fit: %s', (message) => {
  expect(commandReasonOf(new ReplyError(message))).toBe(message.split(' ')[0]);
  expect(commandReasonOf(new Error(message))).toBeUndefined();
});
