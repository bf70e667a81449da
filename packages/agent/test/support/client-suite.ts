import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectRedis } from '@flaghoist/adapters/connect/redis';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import type { Bucketing } from '@flaghoist/core/evaluator';
import { heldOf } from '@flaghoist/core/held';
import { answerBy } from '@flaghoist/test-kit/bucketing';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { findRedis } from '@flaghoist/tools/find-redis';
import { freePort } from '@flaghoist/tools/free-port';
import { needs } from '@flaghoist/tools/needs';
import type { ClientProgram } from '@flaghoist/tools/openfeature-clients';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import { CARRIED, evaluatorName } from '../../lib/evaluator.ts';
import { PROBE_CALLER, PROBE_FLAG } from '../../lib/probe.ts';
import { bundle } from '../../scripts/bundle.ts';
import { addAgentUser, CELL, startAgentProcess } from './agent-process.ts';
import { type Application, startApplication } from './application.ts';
import { SERVICE, says, write } from './service.ts';

export const tools = join(__dirname, '..', '..', '..', 'tools');

/** By these an application reads from an agent. */
const MODES = ['ofrep', 'sync'] as const;
const CALLERS = 60;
/** Of a text: two of them fit into a message that clients take, three do not. */
const LARGE_BYTES = 1_600_000;
/** Written without waiting for one another. */
const AT_ONCE = 500;
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
  /** Modes in which the application reads the cache itself, and answers as an agent does. */
  readonly inProcess?: readonly string[];
}

/** What an application in this language must find at an agent, over both protocols, whatever ends in between. */
export const describeClients = (name: string, { find, bucketing, changes, inProcess = [] }: Language): void => {
  const modes: readonly string[] = [...MODES, ...inProcess];
  /** Those that draw as the agent does. */
  const alike = ['ofrep', ...inProcess];
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
    const applications: Application[] = [];
    let revision = 1;

    const startAgent = async (evaluation = 'remote'): Promise<void> => {
      agent = await startAgentProcess({ program, cachePort: server.port, ...ports, state, evaluation });
    };
    const change = async (text: string): Promise<void> => {
      revision += 1;
      await write(cache, { revision, ...says(text) });
    };
    const kill = async (): Promise<void> => {
      agent.child.kill('SIGKILL');
      await agent.ended;
    };
    const killCache = async (): Promise<void> => {
      process.kill(server.processId, 'SIGKILL');
      admin.disconnect();
      await server.stop();
    };
    const load = (generation: number) => cache.writeManifest(SERVICE, { generation, topologyVersion: 1, count: 1 });
    const streams = async (): Promise<number> => {
      const status = await fetch(`http://127.0.0.1:${ports.http}/status`);
      return ((await status.json()) as { sync: { streams: number } }).sync.streams;
    };
    const everywhere = (text: string) => Promise.all(modes.map((mode) => app.until(mode, 'checkout', text)));
    const start = async (more: { readonly selector?: string } = {}): Promise<Application> => {
      const served = { ...ports, ...more, cache: server.port, state: `${state}.application` };
      const application = await startApplication(tool().client, served);
      applications.push(application);
      return application;
    };
    const startCache = async (port?: number): Promise<void> => {
      server = await startRedis(tool().redis.program, undefined, port);
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
      await load(1);
      await startAgent();
      app = await start({ selector: `flagSetId=${SERVICE}` });
    });
    afterAll(async () => {
      for (const { child } of applications) child.kill('SIGKILL');
      agent?.child.kill('SIGKILL');
      admin?.disconnect();
      await server?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it.each(modes)('answers over %s, and says which revision was used', async (mode) => {
      expect(await app.get(mode, 'string', 'checkout')).toMatchObject({
        ...{ value: 'first', variant: 'it', reason: 'STATIC', errorCode: null },
        metadata: { version: '1.1', changeId: 'change-0001' },
      });
      expect(await app.get(mode, 'float', 'whole')).toMatchObject({ value: 1, errorCode: null });
      expect(await app.get(mode, 'string', 'shared')).toMatchObject({ value: 'yes', reason: 'TARGETING_MATCH' });
      expect(await app.get(mode, 'string', 'shared', 'grace')).toMatchObject({ value: 'no' });
    });

    it.each(modes)(
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
      for (const mode of alike) expect(await app.draw(mode, 'drawn', CALLERS)).toEqual(expected);
      expect(await app.get('sync', 'boolean', 'drawn')).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
    });

    it('shows by the probe how the agent draws, and how it draws by itself', async () => {
      await everywhere('first');
      for (const mode of alike)
        expect(await app.get(mode, 'string', PROBE_FLAG, PROBE_CALLER)).toMatchObject({ value: 'v2', variant: 'v2' });
      expect(await app.get('sync', 'string', PROBE_FLAG, PROBE_CALLER)).toMatchObject({
        ...{ value: bucketing, variant: bucketing },
        metadata: { agent: evaluatorName(CARRIED[0]) },
      });
      expect(await app.get('sync', 'string', PROBE_FLAG)).toMatchObject({ variant: 'unasked' });
    });

    it('has each change, and the last of many', async () => {
      await change('second');
      await everywhere('second');
      for (let written = 0; written < changes; written += AT_ONCE) {
        const count = Math.min(AT_ONCE, changes - written);
        await Promise.all(Array.from({ length: count }, (_, place) => change(`value-${written + place}`)));
      }
      await everywhere(`value-${changes - 1}`);
    });

    it('gets as much as it can take; of more it is spared, and goes on with what it had', async () => {
      const large = (flagKey: string, over: object) => write(cache, { flagKey, ...over });
      const text = says('x'.repeat(LARGE_BYTES));
      await large('large-1', text);
      await large('large-2', text);
      await change('two-are-large');
      await everywhere('two-are-large');
      await large('large-3', text);
      await change('three-are-large');
      for (const mode of alike) await app.until(mode, 'checkout', 'three-are-large');
      expect(await app.get('sync', 'string', 'checkout')).toMatchObject({ value: 'two-are-large', errorCode: null });
      for (const flagKey of ['large-1', 'large-2', 'large-3']) await large(flagKey, { revision: 2, document: null });
      await everywhere('three-are-large');
    });

    it('keeps what it had when the cache has bytes that are no flag', async () => {
      const envelope = envelopeOf({ revision: revision + 1, ...says('never') });
      const incoming = heldOf(SERVICE, envelope);
      const body = serialiseEnvelope(envelope).slice(0, -1);
      await cache.apply(SERVICE, { flagKey: 'checkout', incoming, body, repair: false, passesFull: false });
      await write(cache, { flagKey: 'whole', revision: 2, ...says('text') });
      await Promise.all(modes.map((mode) => app.until(mode, 'whole', 'text')));
      await everywhere('three-are-large');
      revision += 1;
    });

    it('comes back to an agent that was killed, and has what changed meanwhile', async () => {
      await kill();
      await change('while-away');
      await startAgent();
      await everywhere('while-away');
    });

    it('comes back to an agent that was asked to stop', async () => {
      agent.child.kill('SIGTERM');
      expect(await agent.ended).toBe(0);
      await change('after-stop');
      await startAgent();
      await everywhere('after-stop');
    });

    it('keeps what it has when the cache is killed, also from an agent that starts then, and starts itself', async () => {
      await killCache();
      await everywhere('after-stop');
      await kill();
      await startAgent();
      const another = await start();
      for (const { get } of [app, another]) {
        for (const mode of modes) expect((await get(mode, 'string', 'checkout')).value).toBe('after-stop');
      }
      another.child.kill('SIGKILL');
      // Some clients are back before what they have counts as old.
      for (const mode of alike) while ((await app.get(mode, 'string', 'checkout')).metadata['stale'] !== true);
    });

    it('has what is new when the cache alone is back', async () => {
      await startCache(server.port);
      await change('back');
      await load(2);
      await everywhere('back');
      for (const mode of alike) while ('stale' in (await app.get(mode, 'string', 'checkout')).metadata);
    });

    it('hears of no empty set when agent, cache and file are gone, and has what is new when they are back', async () => {
      await Promise.all([kill(), killCache()]);
      rmSync(state);
      await startCache(server.port);
      await startAgent();
      while ((await streams()) === 0);
      expect(await app.get('sync', 'string', 'checkout')).toMatchObject({ value: 'back', errorCode: null });
      expect(await app.get('ofrep', 'string', 'checkout')).toMatchObject({ value: 'default', reason: 'ERROR' });
      // It was not started anew.
      for (const mode of inProcess) expect((await app.get(mode, 'string', 'checkout')).value).toBe('back');
      await change('all-back');
      await load(3);
      await everywhere('all-back');
    });

    it(`draws by ${bucketing} when it evaluates by itself, which is why it is not sent what draws`, async () => {
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
    });
  });
};
