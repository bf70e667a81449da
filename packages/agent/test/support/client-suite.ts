import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectRedis } from '@flaghoist/adapters/connect/redis';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import type { Bucketing } from '@flaghoist/core/bucketing';
import { answerBy } from '@flaghoist/test-kit/bucketing';
import { findRedis } from '@flaghoist/tools/find-redis';
import { freePort } from '@flaghoist/tools/free-port';
import { needs } from '@flaghoist/tools/needs';
import type { ClientProgram } from '@flaghoist/tools/openfeature-clients';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import { bundle } from '../../scripts/bundle.ts';
import { addAgentUser, CELL, startAgentProcess } from './agent-process.ts';
import { type Application, startApplication } from './application.ts';
import { SERVICE, says, write } from './service.ts';

export const tools = join(__dirname, '..', '..', '..', 'tools');

const MODES = ['ofrep', 'sync'] as const;
/** A client of `flagd.sync.v1` comes back after 12 s at the latest; a busy machine makes more of it. */
const LONG_MS = 180_000;
const CALLERS = 60;
const HALVES = {
  fractional: [
    ['on', 50],
    ['off', 50],
  ],
};

interface Language {
  readonly find: () => ClientProgram;
  /** How it draws callers when it evaluates by itself. */
  readonly bucketing: Bucketing;
  /** So many at the fastest rate. */
  readonly changes: number;
}

/** What an application in this language must find at an agent, over both protocols, whatever ends in between. */
export const describeClients = (name: string, { find, bucketing, changes }: Language): void => {
  const { describe, it, tool } = needs(
    () => ({ client: find(), redis: findRedis(tools, { variables: process.env, tls: false }) }),
    process.env,
  );

  describe(`${name} with the agent`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'agent-clients-'));
    const program = join(directory, 'agent.cjs');
    const state = join(directory, 'flags.json');
    let server: RedisServer;
    let admin: ReturnType<typeof connectRedis>;
    let cache: RedisServiceCache;
    let ports: { readonly http: number; readonly sync: number };
    let agent: Awaited<ReturnType<typeof startAgentProcess>>;
    let app: Application;
    let revision = 1;

    const startAgent = async (evaluation = 'remote'): Promise<void> => {
      agent = await startAgentProcess({ program, cachePort: server.port, ...ports, state, evaluation });
    };
    const change = async (text: string): Promise<void> => {
      revision += 1;
      await write(cache, { revision, ...says(text) });
    };
    const everywhere = (text: string) => Promise.all(MODES.map((mode) => app.until(mode, 'checkout', text)));
    const startCache = async (): Promise<void> => {
      server = await startRedis(tool().redis.program);
      admin = connectRedis({ host: '127.0.0.1', port: server.port, tls: false });
      // The test waits as long as the machine needs.
      delete admin.options.commandTimeout;
      await addAgentUser(admin);
      cache = new RedisServiceCache({ client: admin, cellOf: () => CELL, shards: 1 });
    };

    beforeAll(async () => {
      await bundle(dirname(dirname(__dirname)), program);
      await startCache();
      ports = { http: await freePort(), sync: await freePort() };
      const flags = [
        says('first'),
        { flagKey: 'whole', document: { state: 'ENABLED', variants: { it: 1, half: 0.5 }, defaultVariant: 'it' } },
        { flagKey: 'disabled', ...says('on', { state: 'DISABLED' }) },
        { flagKey: 'broken', ...says('on', { defaultVariant: 'nothing' }) },
        {
          flagKey: 'drawn',
          document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting: HALVES },
        },
        {
          flagKey: 'shared',
          source: {
            $evaluators: {
              outer: { and: [{ $ref: 'inner' }, true] },
              inner: { '==': [{ var: 'targetingKey' }, 'ada'] },
            },
          },
          document: {
            ...{ state: 'ENABLED', variants: { yes: 'yes', no: 'no' }, defaultVariant: 'no' },
            targeting: { if: [{ $ref: 'outer' }, 'yes', 'no'] },
          },
        },
      ];
      for (const flag of flags) await write(cache, flag);
      await cache.writeManifest(SERVICE, { generation: 1, topologyVersion: 1, count: flags.length });
      await startAgent();
      app = await startApplication(tool().client, ports);
    }, LONG_MS);
    afterAll(async () => {
      app?.child.kill('SIGKILL');
      agent?.child.kill('SIGKILL');
      admin?.disconnect();
      await server?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it.each(MODES)('answers over %s, and says which revision was used', async (mode) => {
      expect(await app.get(mode, 'string', 'checkout')).toMatchObject({
        ...{ value: 'first', variant: 'it', reason: 'STATIC', errorCode: null },
        metadata: { version: '1.1', changeId: 'change-0001' },
      });
      expect(await app.get(mode, 'float', 'whole')).toMatchObject({ value: 1, errorCode: null });
      expect(await app.get(mode, 'string', 'shared')).toMatchObject({ value: 'yes', reason: 'TARGETING_MATCH' });
      expect(await app.get(mode, 'string', 'shared', 'grace')).toMatchObject({ value: 'no' });
    });

    it.each(MODES)(
      'has its own default over %s where there is no value, and all other flags beside a broken one',
      async (mode) => {
        for (const flagKey of ['disabled', 'broken', 'unknown']) {
          expect([flagKey, (await app.get(mode, 'string', flagKey)).value]).toEqual([flagKey, 'default']);
        }
        expect(await app.get(mode, 'boolean', 'checkout')).toMatchObject({ value: false, errorCode: 'TYPE_MISMATCH' });
      },
    );

    it('gets from the agent one answer for each customer, and does not draw by itself', async () => {
      const rule = { rule: HALVES, flagKey: 'drawn' };
      const expected = Array.from({ length: CALLERS }, (_, place) =>
        answerBy('v2', { ...rule, targetingKey: `customer-${place}` }),
      );
      expect(await app.draw('ofrep', 'drawn', CALLERS)).toEqual(expected);
      expect(await app.get('sync', 'boolean', 'drawn')).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
    });

    it(
      'has each change, and the last of many',
      async () => {
        await change('second');
        await everywhere('second');
        for (let count = 0; count < changes; count += 1) await change(`value-${count}`);
        await everywhere(`value-${changes - 1}`);
      },
      LONG_MS,
    );

    it(
      'comes back to an agent that was killed, and has what changed meanwhile',
      async () => {
        agent.child.kill('SIGKILL');
        await agent.ended;
        await change('while-away');
        await startAgent();
        await everywhere('while-away');
      },
      LONG_MS,
    );

    it(
      'comes back to an agent that was asked to stop',
      async () => {
        agent.child.kill('SIGTERM');
        expect(await agent.ended).toBe(0);
        await change('after-stop');
        await startAgent();
        await everywhere('after-stop');
      },
      LONG_MS,
    );

    it(
      'keeps what it has while the cache is gone, also from an agent that starts then',
      async () => {
        await server.stop();
        admin.disconnect();
        expect((await app.get('ofrep', 'string', 'checkout')).value).toBe('after-stop');
        expect((await app.get('sync', 'string', 'checkout')).value).toBe('after-stop');
        agent.child.kill('SIGTERM');
        await agent.ended;
        await startAgent();
        await everywhere('after-stop');
        // Some clients are back before what they have counts as old.
        while ((await app.get('ofrep', 'string', 'checkout')).metadata['stale'] !== true);
      },
      LONG_MS,
    );

    it(
      'has what is new when cache and agent are back',
      async () => {
        agent.child.kill('SIGKILL');
        await startCache();
        await change('back');
        await cache.writeManifest(SERVICE, { generation: 2, topologyVersion: 1, count: 1 });
        await startAgent();
        await everywhere('back');
      },
      LONG_MS,
    );

    it(
      `draws by ${bucketing} when it evaluates by itself, which is why it is not sent what draws`,
      async () => {
        agent.child.kill('SIGTERM');
        await agent.ended;
        const targeting = { targeting: HALVES };
        const document = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', ...targeting };
        await write(cache, { flagKey: 'drawn', revision: 2, document });
        await startAgent('v2');
        await change('drawing');
        await everywhere('drawing');
        const rule = { rule: HALVES, flagKey: 'drawn' };
        const expected = Array.from({ length: CALLERS }, (_, place) =>
          answerBy(bucketing, { ...rule, targetingKey: `customer-${place}` }),
        );
        expect(await app.draw('sync', 'drawn', CALLERS)).toEqual(expected);
      },
      LONG_MS,
    );
  });
};
