import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { connectPatiently } from '@flaghoist/adapters/support/patient';
import { findRedis } from '@flaghoist/tools/find-redis';
import { freePort } from '@flaghoist/tools/free-port';
import { needs } from '@flaghoist/tools/needs';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import { bundle } from '../scripts/bundle.ts';
import { NODE_FLAGS } from '../scripts/node-flags.ts';
import { addAgentUser, CELL, startAgentProcess } from './support/agent-process.ts';
import { SERVICE, says, write } from './support/service.ts';

const tools = join(__dirname, '..', '..', 'tools');
const { it, tool } = needs(() => findRedis(tools, { variables: process.env, tls: false }), process.env);

const directory = mkdtempSync(join(tmpdir(), 'agent-process-'));
const program = join(directory, 'agent.cjs');
const state = join(directory, 'flags.json');
let server: RedisServer;
let admin: ReturnType<typeof connectPatiently>;
let cache: RedisServiceCache;

beforeAll(async () => {
  await bundle(dirname(__dirname), program);
  server = await startRedis(tool().program);
  admin = connectPatiently(server.port);
  await addAgentUser(admin);
  cache = new RedisServiceCache({ client: admin, cellOf: () => CELL, shards: 1 });
  await write(cache, says('first'));
  await cache.writeManifest(SERVICE, { generation: 1, topologyVersion: 1, count: 1 });
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const MANY_FLAGS = 1_000;
const RULE = { targeting: { if: [{ in: [{ var: 'country' }, ['DE', 'FR', 'IT']] }, 'other', 'it'] } };

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const start = async (variables: Readonly<Record<string, string>> = {}) => {
  const http = await freePort();
  const { child, ended, lines } = await startAgentProcess({
    program,
    cachePort: server.port,
    http,
    sync: 0,
    state,
    variables,
  });
  running.push(child);
  const evaluate = async (flagKey = 'checkout'): Promise<{ value: unknown; metadata: Record<string, unknown> }> => {
    const asked = { method: 'POST', body: '{}' };
    return (await fetch(`http://127.0.0.1:${http}/ofrep/v1/evaluate/flags/${flagKey}`, asked)).json() as never;
  };
  const until = async (matches: (answer: Awaited<ReturnType<typeof evaluate>>) => boolean) => {
    for (;;) {
      const answer = await evaluate();
      if (matches(answer)) return answer;
    }
  };
  const metrics = async () => (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
  return { child, evaluate, until, ended, lines, metrics };
};

it('is one file of at most 1.5 MB', () => {
  expect(statSync(program).size).toBeLessThanOrEqual(1_500_000);
});

it('is started in its image as it is here', () => {
  const image = readFileSync(join(dirname(__dirname), 'Dockerfile'), 'utf8');
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(image) ?? [];
  expect(JSON.parse(command)).toEqual(['node', ...NODE_FLAGS, 'agent.cjs']);
});

it('has the licences of what it bundles beside it in its image, as the build writes them', () => {
  execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(dirname(__dirname), 'scripts', 'build.ts')],
    {
      cwd: dirname(__dirname),
    },
  );
  const licenses = readFileSync(join(dirname(__dirname), 'dist', 'LICENSES.txt'), 'utf8');
  for (const name of ['@grpc/grpc-js', '@openfeature/flagd-core', 'ioredis', 'protobufjs', 'prom-client'])
    expect(licenses).toMatch(new RegExp(`^${name} \\S+: `, 'm'));
  expect(readFileSync(join(dirname(__dirname), 'Dockerfile'), 'utf8')).toContain(
    'COPY dist/agent.cjs dist/LICENSES.txt ./',
  );
});

// Resident memory, of which some 67 MiB are pages of Node's own program. The file of its state is not there yet: writing it for the
// first time leaves the most behind.
it('takes at most 96 MiB with 1,000 flags, after 4,000 evaluations as well', async () => {
  const many = Array.from({ length: MANY_FLAGS }, (_, place) => ({
    flagKey: `flag-${place}`,
    ...says(`text ${place}`, RULE),
  }));
  for (const flag of many) await write(cache, flag, { service: 'many' });
  await cache.writeManifest('many', { generation: 1, topologyVersion: 1, count: MANY_FLAGS });
  const agent = await start({ AGENT_SERVICE: 'many', AGENT_STATE: `${state}.many` });
  for (let turn = 0; turn < 4 * MANY_FLAGS; turn += 1) {
    const place = turn % MANY_FLAGS;
    if ((await agent.evaluate(`flag-${place}`)).value !== `text ${place}`)
      throw new Error(`flag-${place} is not served`);
  }
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(agent.child.pid)], { encoding: 'utf8' });
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout) / 1024).toBeLessThanOrEqual(96);
});

it('serves its cell with the rights of an agent, survives kill -9 of itself and a cache that is away, and stops when asked', async () => {
  const first = await start();
  expect(await first.until(({ value }) => value === 'first')).toMatchObject({ metadata: { version: '1.1' } });
  await write(cache, { revision: 2, ...says('second') });
  await first.until(({ value }) => value === 'second');

  // The file has the change a second later.
  while (!readFileSync(state, 'utf8').includes('second')) await first.evaluate();
  process.kill(server.processId, 'SIGSTOP');
  first.child.kill('SIGKILL');
  const second = await start();
  expect(await second.evaluate()).toMatchObject({ value: 'second' });
  expect((await second.until(({ metadata }) => metadata['stale'] === true)).value).toBe('second');

  process.kill(server.processId, 'SIGCONT');
  await write(cache, { revision: 3, ...says('third') });
  const third = await second.until(({ value }) => value === 'third');
  expect(third.metadata).not.toHaveProperty('stale');

  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});

it('comes back to a cache that was emptied and loaded again, without a moment in which the flag is unknown', async () => {
  await write(cache, { revision: 3, ...says('third') });
  const agent = await start();
  await agent.until(({ value }) => value === 'third');
  await admin.flushall();
  expect(await agent.evaluate()).toMatchObject({ value: 'third' });
  await write(cache, { revision: 4, ...says('fourth') });
  await cache.writeManifest(SERVICE, { generation: 1, topologyVersion: 1, count: 1 });
  await agent.until(({ value }) => {
    expect(['third', 'fourth']).toContain(value);
    return value === 'fourth';
  });
  await admin.client('KILL', 'USER', 'agent');
  await write(cache, { revision: 5, ...says('fifth') });
  await agent.until(({ value }) => value === 'fifth');
});

it("logs in with its task's role, whose credentials it asks for", async () => {
  const asked: unknown[] = [];
  const place = createServer(({ url }, response) => {
    asked.push(url);
    const keys = { AccessKeyId: 'KEY', SecretAccessKey: 'secret', Token: 'session' };
    response.end(JSON.stringify({ ...keys, Expiration: '2100-01-01T00:00:00Z' }));
  });
  await new Promise<void>((resolve) => place.listen(0, '127.0.0.1', resolve));
  // A user that any token lets in: which one it must be is ElastiCache's to say.
  await admin.call('ACL', 'SETUSER', 'agent', 'resetpass', 'nopass');
  const agent = await start({
    CACHE_PASSWORD: 'none',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(place.address() as AddressInfo).port}/role`,
  });
  await agent.until(({ metadata }) => metadata !== undefined && !('stale' in metadata));
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked)).toEqual(new Set(['/role']));
  place.close();
});

it('listens again on sockets of the file system that it left when it was killed', async () => {
  const [http, sync] = [join(directory, 'http.sock'), join(directory, 'sync.sock')];
  const sockets = { AGENT_HTTP: `unix:${http}`, AGENT_SYNC: `unix:${sync}` };
  const ready = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      get({ socketPath: http, path: '/readyz' }, ({ statusCode }) => resolve(statusCode)).once('error', reject);
    });
  const first = await start(sockets);
  expect(await ready()).toBe(200);
  first.child.kill('SIGKILL');
  await first.ended;
  expect([existsSync(http), existsSync(sync)]).toEqual([true, true]);
  const second = await start(sockets);
  expect(await ready()).toBe(200);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});

it.each([
  ['everybody could reach', { AGENT_HTTP: '0.0.0.0:8016' }, '/AGENT_HTTP: must be'],
  ['there is not', { AGENT_SYNC: '127.0.0.1:99999' }, '/AGENT_SYNC: must be'],
])('refuses an address that %s', (_what, address, said) => {
  const { stderr, status } = spawnSync(process.execPath, [program], { encoding: 'utf8', env: address });
  expect([status, stderr]).toEqual([1, expect.stringContaining(said)]);
});

it('names what is missing in its environment', async () => {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
  let said = '';
  for await (const text of child.stderr) said += String(text);
  expect(said).toContain('AGENT_SERVICE');
});

it('has one line for each reason of an outage of its cache, one for its end, and counts it', async () => {
  const agent = await start({ AGENT_STATE: `${state}.outage` });
  await agent.until(({ value }) => value !== undefined);
  const { port } = server;
  await server.stop();
  // What it serves is old after five seconds, and many attempts.
  await agent.until(({ metadata }) => metadata['stale'] === true);
  server = await startRedis(tool().program, undefined, port);
  admin.disconnect();
  admin = connectPatiently(port);
  cache = new RedisServiceCache({ client: admin, cellOf: () => CELL, shards: 1 });
  await addAgentUser(admin);
  await write(cache, { revision: 9, ...says('after the outage') });
  await cache.writeManifest(SERVICE, { generation: 1, topologyVersion: 1, count: 1 });
  const isOver = () => agent.lines.findIndex((line) => line.includes('"cache can be used again"'));
  await agent.until(({ value }) => value === 'after the outage' && isOver() > 0);
  const outage = agent.lines.slice(0, isOver()).filter((line) => line.includes('"cache cannot be used"'));
  const reasons = outage.map((line) => JSON.parse(line).reason);
  expect(reasons).toContain('ECONNREFUSED');
  expect(reasons).toEqual([...new Set(reasons)]);
  expect(agent.lines[isOver()]).toContain(JSON.stringify(reasons));
  expect(agent.lines.join('')).not.toContain('"stack"');
  expect(await agent.metrics()).toMatch(
    /^flaghoist_agent_cache_outages_total\{reason="\w+",service="payments"\} [1-9]/m,
  );
});
