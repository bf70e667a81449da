import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { describeServiceCache } from '@flaghoist/in-memory/conformance/service-cache';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import { Redis } from 'ioredis';
import { connectRedis } from '../lib/connect/redis.ts';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { loggedOutages } from './support/logged-outages.ts';
import { needsRedisWithTls } from './support/servers.ts';

// Everything as in production: TLS with a certificate that is checked, one user per cell, and nobody else.
const { describe, it, tool, certificateIn } = needsRedisWithTls();
const trusted = getCACertificates('default');
const directory = mkdtempSync(join(tmpdir(), 'redis-tls-test-'));
let server: RedisServer;
let admin: Redis;
let clients: Redis[] = [];

/** What the README says that a user needs, for one cell. */
const rightsOf = (cell: string): string[] => {
  const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
  const [, rights = ''] = /`(~<cell>:\*[^`]*)`/.exec(readme) ?? [];
  return rights.replaceAll('<cell>', cell).split(' ');
};

const as = (username: string): Redis => {
  const client = connectRedis({
    host: 'localhost',
    port: server.port,
    username,
    password: () => `secret of ${username}`,
  });
  clients.push(client);
  return client;
};
const cacheOf = (username: string, cell: string): RedisServiceCache =>
  new RedisServiceCache({ client: as(username), cellOf: () => cell, shards: 1 });

beforeAll(async () => {
  const { pem, ...files } = await certificateIn(directory);
  setDefaultCACertificates([...trusted, pem]);
  server = await startRedis(tool().program, files);
  admin = new Redis({ host: 'localhost', port: server.port, tls: { ca: pem } });
  for (const cell of ['cell-1', 'cell-2']) {
    await admin.call('ACL', 'SETUSER', cell, 'reset', 'on', `>secret of ${cell}`, ...rightsOf(cell));
  }
  await admin.call('ACL', 'SETUSER', 'administrator', 'on', '>secret of administrator', '~*', '&*', '+@all');
  await admin.call('AUTH', 'administrator', 'secret of administrator');
  await admin.call('ACL', 'SETUSER', 'default', 'off');
});
afterEach(() => {
  for (const client of clients) client.disconnect();
  clients = [];
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
  setDefaultCACertificates(trusted);
  rmSync(directory, { recursive: true, force: true });
});

const write = {
  flagKey: 'checkout',
  incoming: {
    order: { epoch: 1, revision: 1 },
    digest: 'a'.repeat(64),
    documentDigest: 'd'.repeat(64),
    tombstone: false,
  },
  body: '{}',
  repair: false,
  passesFull: false,
};
const refused = { code: 'FH_CACHE_REFUSED' };
const silent = { code: 'FH_UNAVAILABLE' };

describe('a cell with its own user, over TLS', () =>
  describeServiceCache(
    'RedisServiceCache',
    async () => {
      await admin.config('SET', 'maxmemory', '0');
      await admin.flushall();
      return {
        cache: cacheOf('cell-1', 'cell-1'),
        writeHeldText: async (service, flagKey, text) => {
          await admin.hset(cacheKeysOf('cell-1', service).held, flagKey, text);
        },
        setFull: async (isFull) => {
          await admin.config('SET', 'maxmemory', isFull ? '1' : '0');
        },
      };
    },
    10,
  ));

it('lets no user at the caches of another cell', async () => {
  await admin.flushall();
  expect((await cacheOf('cell-1', 'cell-1').apply('payments', write)).outcome).toBe('applied-incomplete');
  const foreign = cacheOf('cell-2', 'cell-1');
  await expect(foreign.apply('payments', write)).rejects.toMatchObject(refused);
  expect(await foreign.contents('payments')).toEqual({ reachable: false, refusal: 'NOPERM' });
});

it('lets nobody in without the password, or as the default user', async () => {
  const { host, port } = { host: 'localhost', port: server.port };
  const strangers = [
    connectRedis({ host, port }),
    connectRedis({ host, port, username: 'cell-1', password: () => 'a guess' }),
  ];
  clients.push(...strangers);
  for (const client of strangers) {
    const cache = new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 });
    await expect(cache.apply('payments', write)).rejects.toMatchObject(refused);
  }
});

it.each([
  ['whose certificate nobody vouches for', { host: 'localhost', vouched: false }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['that is another than its certificate says', { host: '127.0.0.1', vouched: true }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('says nothing to a server %s', async (_what, { host, vouched }, code) => {
  const { outages, lines } = loggedOutages();
  if (!vouched) setDefaultCACertificates(trusted);
  const login = { username: 'cell-1', password: () => 'secret of cell-1' };
  const client = connectRedis({ host, port: server.port, ...login, outages });
  clients.push(client);
  const cache = new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 });
  await expect(cache.apply('payments', write)).rejects.toMatchObject(silent);
  expect(lines()).toEqual([
    expect.objectContaining({
      level: 'WARN',
      reason: code,
      error: expect.not.objectContaining({ stack: expect.anything() }),
    }),
  ]);
  setDefaultCACertificates([...trusted, readFileSync(join(directory, 'certificate.pem'), 'utf8')]);
});

it('gets no answer without TLS', async () => {
  const { outages, lines } = loggedOutages();
  const client = connectRedis({ host: 'localhost', port: server.port, tls: false, outages });
  clients.push(client);
  const cache = new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 });
  await expect(cache.apply('payments', write)).rejects.toMatchObject(silent);
  expect(lines()).toMatchObject([{ level: 'WARN', reason: expect.stringMatching(/^(closed|ECONNRESET)$/) }]);
});
