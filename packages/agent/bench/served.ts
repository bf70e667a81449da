import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { connectRedis } from '@flaghoist/adapters/connect/redis';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { freePort } from '@flaghoist/tools/free-port';
import { startRedis } from '@flaghoist/tools/start-redis';
import { bundle } from '../scripts/bundle.ts';
import { addAgentUser, CELL, startAgentProcess } from '../test/support/agent-process.ts';
import { programsOf } from '../test/support/programs.ts';

const member = dirname(import.meta.dirname);
export const programs = programsOf(join(dirname(member), 'tools'));

/** The flag that changes. */
export const CHANGING = 'flag-0';

/** What flags look like: two texts, and a rule that looks at the caller's country. */
export const documentOf = (text: string) => ({
  state: 'ENABLED',
  variants: { it: text, other: 'other' },
  defaultVariant: 'it',
  targeting: { if: [{ in: [{ var: 'country' }, ['DE', 'FR', 'IT']] }, 'other', 'it'] },
});

export const flagKeyOf = (place: number): string => `flag-${place}`;

/** A cache on loopback, agents over it as they ship, with their flags of Node, and a writer that does what the updater does. */
export const startServed = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'agent-bench-'));
  const program = join(directory, 'agent.cjs');
  await bundle(member, program);
  const { program: redis, version } = programs.redis();
  const server = await startRedis(redis);
  const client = connectRedis({ host: '127.0.0.1', port: server.port, tls: false });
  await addAgentUser(client);
  const cache = new RedisServiceCache({ client, cellOf: () => CELL, shards: 1 });
  const children: { kill(signal: NodeJS.Signals): boolean }[] = [];

  const write = async (service: string, flagKey: string, revision: number, text: string): Promise<void> => {
    const envelope = envelopeOf({ flagKey, revision, document: documentOf(text) });
    const incoming = heldOf(service, envelope);
    const body = serialiseEnvelope(envelope);
    await cache.apply(service, { flagKey, incoming, body, repair: false, passesFull: false });
  };

  /** A service with so many flags and an agent beside it. */
  const startService = async (service: string, count: number) => {
    for (let place = 0; place < count; place += 1) await write(service, flagKeyOf(place), 1, 'first');
    await cache.writeManifest(service, { generation: 1, topologyVersion: 1, count });
    const ports = { http: await freePort(), sync: await freePort() };
    const state = join(directory, `${service}.json`);
    const variables = { AGENT_SERVICE: service };
    const { child } = await startAgentProcess({ program, cachePort: server.port, ...ports, state, variables });
    children.push(child);
    let revision = 1;
    return {
      ...ports,
      processId: child.pid ?? 0,
      /** Resolves when the cache has taken it. @returns the text that the flag now has */
      change(): { readonly text: string; readonly written: Promise<void> } {
        revision += 1;
        const text = `value-${revision}`;
        return { text, written: write(service, CHANGING, revision, text) };
      },
      stop: (): void => void child.kill('SIGKILL'),
    };
  };

  return {
    cacheName: `${basename(redis)} ${version}`,
    cachePort: server.port,
    startService,
    async stop(): Promise<void> {
      for (const child of children) child.kill('SIGKILL');
      client.disconnect();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

export type Served = Awaited<ReturnType<typeof startServed>>;
export type ServedService = Awaited<ReturnType<Served['startService']>>;
