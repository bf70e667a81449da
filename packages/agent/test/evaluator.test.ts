import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeatureFlag as FeatureFlagV1 } from 'flagd-core-v1';
import { CARRIED, type CarriedEvaluator, evaluatorName, type LoadedFlag } from '../lib/evaluator.ts';
import { PROBE_CALLER, PROBE_FLAG } from '../lib/probe.ts';
import { createService, SERVICE, says, serveService, stopAgents } from './support/service.ts';

const ignore = (): void => undefined;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore };
const OLD: CarriedEvaluator = {
  ...{ version: '1.3.0', bucketing: 'v1' },
  load: (flagKey, definition) =>
    new FeatureFlagV1(
      flagKey,
      definition as unknown as ConstructorParameters<typeof FeatureFlagV1>[1],
      silent,
    ) as LoadedFlag,
};
const { version, bucketing } = OLD;
const MANIFEST = { generation: 1, topologyVersion: 2, count: 1 };
const drawing = {
  document: {
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    targeting: {
      fractional: [
        ['on', 50],
        ['off', 50],
      ],
    },
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluator-'));
});
afterEach(async () => {
  await stopAgents();
  await rm(folder, { recursive: true });
});

/** An agent that carries two evaluators, as in the release in which one follows the other. */
const createCarrying = async () => {
  const path = join(folder, 'flags.json');
  const service = createService({ path, carried: [CARRIED[0], OLD] });
  await service.write(drawing);
  await service.load();
  const served = await serveService(service, { evaluation: 'v1' });
  await service.agent.start();
  const sets: string[] = [];
  served.streams.add({ write: async (message) => void sets.push(message.toString()) });
  const seen = async (key = PROBE_FLAG, targetingKey = PROBE_CALLER) =>
    (await served.evaluate(key, { targetingKey })).json['variant'];
  const name = async (evaluator: { version: string; bucketing: string }) => {
    await service.cache.writeManifest(SERVICE, { ...MANIFEST, evaluator });
    await service.clock.advance(1_000);
  };
  return { ...service, served, sets, seen, name, path };
};

it('names the newest that it carries, which is the one that is installed', async () => {
  const catalog = await readFile(join(__dirname, '..', '..', '..', 'pnpm-workspace.yaml'), 'utf8');
  const [name, installed] = evaluatorName(CARRIED[0]).split(' ');
  expect(catalog).toContain(`'${name}': ${installed}\n`);
});

it('goes over when the topology does, with all flags, over every protocol, and back', async () => {
  const { agent, served, sets, seen, name, cache } = await createCarrying();
  const callers = Array.from({ length: 40 }, (_, index) => `caller-${index}`);
  const answers = () => Promise.all(callers.map((caller) => seen('checkout', caller)));
  const bulk = async () => (await served.evaluateAll({ targetingKey: 'ada' })).headers['etag'];
  const [first, tag, digest] = [await answers(), await bulk(), agent.flags.digest];
  expect([await seen(), sets.at(-1)?.includes('checkout')]).toEqual(['v2', false]);

  await name({ version, bucketing });
  expect(await seen()).toBe('v1');
  expect(await answers()).not.toEqual(first);
  expect(await bulk()).not.toBe(tag);
  // Clients that draw by v1 draw as the agent does from now on.
  expect(sets.at(-1)).toContain('checkout');
  expect((await served.ask('GET', '/status')).json).toMatchObject({ evaluator: evaluatorName(OLD) });
  expect(JSON.parse(cache.claims(SERVICE).get('task-1') ?? '')).toMatchObject({
    evaluator: evaluatorName(OLD),
    carries: [
      { version: CARRIED[0].version, bucketing: CARRIED[0].bucketing },
      { version, bucketing },
    ],
  });
  // What is held is the same.
  expect(agent.flags.digest).toBe(digest);

  await name(CARRIED[0]);
  expect([await seen(), await answers()]).toEqual(['v2', first]);
  await served.stop();
});

it.each(['v3', 'v7'])(
  'goes on with what it has when it does not carry what the topology names, and says so once: 9.9.9-%s',
  async (unknown) => {
    const { served, seen, name, lines, clock } = await createCarrying();
    await name({ version: '9.9.9', bucketing: unknown });
    await clock.advance(10_000);
    expect(await seen()).toBe('v2');
    expect((await served.ask('GET', '/status')).json).toMatchObject({
      evaluator: evaluatorName(CARRIED[0]),
      evaluatorMissing: '@openfeature/flagd-core 9.9.9',
    });
    expect((await served.ask('GET', '/metrics')).text).toContain('evaluator_missing{service="payments"} 1\n');
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    // Of the same version with other buckets, it carries none either.
    await name({ version: CARRIED[0].version, bucketing: 'v1' });
    expect(await seen()).toBe('v2');
    await name({ version, bucketing });
    expect((await served.ask('GET', '/metrics')).text).toContain('evaluator_missing{service="payments"} 0\n');
    await served.stop();
  },
);

it('evaluates a last known good set by what it was evaluated by', async () => {
  const { agent, served, name, another, cache, path, log } = await createCarrying();
  await name({ version, bucketing });
  await served.stop();
  await agent.stop();
  cache.breakService(SERVICE, 'unreachable');
  const next = another({ path });
  const after = await serveService({ agent: next, log });
  await next.start();
  expect((await after.evaluate(PROBE_FLAG, { targetingKey: PROBE_CALLER })).json).toMatchObject({ variant: 'v1' });
  await after.stop();
  await next.stop();
});

it('serves a last known good set that a later release evaluated by what it does not carry, and says so once', async () => {
  const { agent, served, name, another, cache, path, log, lines } = await createCarrying();
  await served.stop();
  await agent.stop();
  const [, content = ''] = (await readFile(path, 'utf8')).split('\n');
  const changed = JSON.stringify({ ...JSON.parse(content), evaluator: { version: '9.9.9', bucketing: 'v7' } });
  await writeFile(path, `${hash('sha256', changed)}\n${changed}\n`);
  cache.breakService(SERVICE, 'unreachable');
  const next = another({ path });
  const after = await serveService({ agent: next, log });
  await next.start();
  expect((await after.evaluate('checkout', { targetingKey: 'ada' })).status).toBe(200);
  const status = async () => (await after.ask('GET', '/status')).json['evaluatorMissing'];
  expect(await status()).toBe('@openfeature/flagd-core 9.9.9');
  cache.heal(SERVICE);
  await name({ version: '9.9.9', bucketing: 'v7' });
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  await name(CARRIED[0]);
  expect(await status()).toBeNull();
  await after.stop();
  await next.stop();
});

it('serves a flag that the other one cannot load by the one before, and refuses it', async () => {
  const picky: CarriedEvaluator = {
    ...OLD,
    load: (flagKey, definition) => {
      if (flagKey === 'search') throw new TypeError('it reads no such flag');
      return OLD.load(flagKey, definition);
    },
  };
  const { agent, cache, clock, load, write } = createService({ carried: [CARRIED[0], picky] });
  await write(says(1));
  await write({ flagKey: 'search', ...says(2) });
  await load();
  await agent.start();
  await cache.writeManifest(SERVICE, { ...MANIFEST, evaluator: { version, bucketing } });
  await clock.advance(1_000);
  expect(agent.flags.evaluator).toBe(picky);
  expect(agent.flags.served('search')?.flag.variants.get('it')).toBe(2);
  expect(agent.flags.refusals).toMatchObject([{ flagKey: 'search', reason: expect.stringContaining('no such flag') }]);
  await agent.stop();
});
