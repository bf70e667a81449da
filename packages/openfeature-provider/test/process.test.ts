import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectRedis } from '@flaghoist/adapters/connect/redis';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import { systemClock } from '@flaghoist/system/clock';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { findRedis } from '@flaghoist/tools/find-redis';
import { needs } from '@flaghoist/tools/needs';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import { OpenFeature } from '@openfeature/server-sdk';
import type { createProvider } from '../lib/main.ts';
import { bundle } from '../scripts/bundle.ts';

const member = dirname(__dirname);
const tools = join(member, '..', 'tools');
const { it, tool } = needs(() => findRedis(tools, { variables: process.env, tls: false }), process.env);

const SERVICE = 'payments';
const LONG_MS = 300_000;
const directory = mkdtempSync(join(tmpdir(), 'provider-process-'));
let server: RedisServer;
let admin: ReturnType<typeof connectRedis>;
let create: typeof createProvider;

const startCache = async (): Promise<void> => {
  server = await startRedis(tool().program);
  admin = connectRedis({ host: '127.0.0.1', port: server.port, tls: false });
  delete admin.options.commandTimeout;
};
const write = async (revision: number, text: string, isLoad = false): Promise<void> => {
  const cache = new RedisServiceCache({ client: admin, cellOf: () => 'cell-1', shards: 1 });
  const document = { state: 'ENABLED', variants: { it: text }, defaultVariant: 'it' };
  const envelope = envelopeOf({ revision, document });
  const incoming = heldOf(SERVICE, envelope);
  const body = serialiseEnvelope(envelope);
  await cache.apply(SERVICE, { flagKey: 'checkout', incoming, body, repair: false, passesFull: false });
  if (isLoad) await cache.writeManifest(SERVICE, { generation: 1, topologyVersion: 1, count: 1 });
};

beforeAll(async () => {
  await bundle(member, join(directory, 'provider.cjs'));
  // The application has one copy of the SDK, and the provider finds that.
  symlinkSync(join(member, 'node_modules'), join(directory, 'node_modules'));
  create = createRequire(__filename)(join(directory, 'provider.cjs')).createProvider;
  await startCache();
}, LONG_MS);
afterAll(async () => {
  await OpenFeature.close();
  admin?.disconnect();
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const provide = () =>
  create({
    ...{
      region: 'eu-west-1',
      service: SERVICE,
      cell: 'cell-1',
      instance: 'task-1',
      path: join(directory, 'flags.json'),
    },
    cache: { host: '127.0.0.1', port: server.port, name: 'flags' },
  });

it(
  'follows a cache, keeps what it had when that is killed, and starts again from its file',
  async () => {
    await write(1, 'first', true);
    await OpenFeature.setProviderAndWait(provide());
    const client = OpenFeature.getClient();
    const value = () => client.getStringValue('checkout', 'default');
    const until = async (text: string): Promise<void> => {
      while ((await value()) !== text) await systemClock.sleep(5);
    };
    await until('first');
    for (let revision = 2; revision <= 100; revision += 1) await write(revision, `value-${revision}`);
    await until('value-100');
    while (!readFileSync(join(directory, 'flags.json'), 'utf8').includes('value-100')) await systemClock.sleep(5);

    admin.disconnect();
    process.kill(server.processId, 'SIGKILL');
    expect(await value()).toBe('value-100');
    await OpenFeature.setProviderAndWait(provide());
    expect(await value()).toBe('value-100');

    await startCache();
    await write(101, 'back', true);
    await OpenFeature.setProviderAndWait(provide());
    await until('back');
  },
  LONG_MS,
);

it(
  'follows again over new connections when it is set again after it was closed',
  async () => {
    const provider = provide();
    const client = OpenFeature.getClient('again');
    for (let revision = 102; revision <= 104; revision += 1) {
      await OpenFeature.setProviderAndWait('again', provider);
      await write(revision, `set-${revision}`, true);
      while ((await client.getStringValue('checkout', 'default')) !== `set-${revision}`) await systemClock.sleep(5);
      await OpenFeature.clearProviders();
    }
  },
  LONG_MS,
);
