import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { LogFields } from '@flaghoist/core/ports/logger';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import { Redis } from 'ioredis';
import { cacheToken } from '../lib/cache-token.ts';
import { connectCache } from '../lib/connect/cache.ts';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { needsRedisWithTls } from './support/servers.ts';

// A server that lets in who shows the token of the moment, as ElastiCache does with IAM.
const { it, tool, certificateIn } = needsRedisWithTls();
const trusted = getCACertificates('default');
const directory = mkdtempSync(join(tmpdir(), 'redis-login-test-'));
const before = { ...process.env };
const group = { cacheName: 'flags-cache', user: 'cell-1', region: 'us-east-1' };
const START = Date.UTC(2026, 10, 29);
let server: RedisServer;
let admin: Redis;
let client: Redis | undefined;

const letIn = (password: string) =>
  admin.call('ACL', 'SETUSER', group.user, 'resetpass', 'on', `>${password}`, '~cell-1:*', '&cell-1:*', '+@all');

beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' });
  const { pem, ...files } = await certificateIn(directory);
  setDefaultCACertificates([...trusted, pem]);
  server = await startRedis(tool().program, files);
  admin = new Redis({ host: 'localhost', port: server.port, tls: { ca: pem } });
});
afterEach(() => client?.disconnect());
afterAll(async () => {
  admin.disconnect();
  await server.stop();
  setDefaultCACertificates(trusted);
  rmSync(directory, { recursive: true, force: true });
  process.env = before;
});

const cacheAt = (
  clock: { now(): number },
  log = { info: () => {}, warn: (_message: string, _fields?: LogFields) => {} },
) => {
  client = connectCache(
    {
      AWS_REGION: group.region,
      CACHE_HOST: 'localhost',
      CACHE_PORT: server.port,
      CACHE_SHARDS: 1,
      CACHE_TLS: true,
      CACHE_USER: group.user,
      CACHE_NAME: group.cacheName,
      CACHE_PASSWORD: 'none',
    },
    { log, clock },
  );
  return new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 });
};
const reachable = { reachable: true };

it('logs in with the token of the moment, and with the next one when its connection is killed', async () => {
  let now = START;
  await letIn(cacheToken({ ...group, now }));
  const cache = cacheAt({ now: () => now });
  expect(await cache.contents('payments')).toMatchObject(reachable);

  now += 3_600_000;
  await letIn(cacheToken({ ...group, now }));
  expect(await admin.call('CLIENT', 'KILL', 'USER', group.user)).toBe(1);
  expect(await cache.contents('payments')).toMatchObject(reachable);
  expect(await admin.call('ACL', 'WHOAMI')).toBe('default');
});

it('goes on asking with a token of its own once the server lets it in', async () => {
  let now = START;
  await letIn('somebody else');
  const refused: unknown[] = [];
  const log = {
    info: () => {},
    warn: (_message: string, fields: LogFields = {}) => void refused.push(fields['reason']),
  };
  const cache = cacheAt({ now: () => now }, log);
  expect(await cache.contents('payments')).toEqual({ reachable: false, refusal: 'WRONGPASS' });
  expect(refused).toEqual(['WRONGPASS']);

  now += 1_000;
  await letIn(cacheToken({ ...group, now }));
  expect(await cache.contents('payments')).toMatchObject(reachable);
});
