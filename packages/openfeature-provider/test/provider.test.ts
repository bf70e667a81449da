import { createAgent } from '@flaghoist/agent/agent';
import { answer } from '@flaghoist/agent/ofrep/answers';
import { PROBE_CALLER, PROBE_FLAG } from '@flaghoist/agent/probe';
import { serialiseEnvelope, type UnsealedEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { type JsonValue, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import fc from 'fast-check';
import { createProvider } from '../lib/main.ts';
import { FlaghoistProvider } from '../lib/provider.ts';

const SERVICE = 'payments';
const ignore = (): void => undefined;
const log = { info: ignore, warn: ignore, error: ignore };

const scene = () => {
  const cache = new InMemoryServiceCache({ region: 'eu-west-1' });
  const clock = new VirtualScheduler();
  const agent = createAgent({
    ...{ service: SERVICE, region: 'eu-west-1', instance: 'task-1', feed: cache.feedOf(SERVICE), clock, log },
  });
  const provider = new FlaghoistProvider(agent);
  const write = async (over: Partial<UnsealedEnvelope>): Promise<void> => {
    const envelope = envelopeOf(over);
    const incoming = heldOf(SERVICE, envelope);
    const body = serialiseEnvelope(envelope);
    await cache.apply(SERVICE, { flagKey: envelope.flagKey, incoming, body, repair: false, passesFull: false });
  };
  const load = () => cache.writeManifest(SERVICE, { generation: 1, topologyVersion: 1, count: 0 });
  return { cache, clock, agent, provider, write, load };
};
const flag = (variants: Record<string, JsonValue>, more: object = {}) => ({
  document: { state: 'ENABLED', variants, defaultVariant: Object.keys(variants)[0] ?? '', ...more },
});

afterEach(() => OpenFeature.clearProviders());

it('is a provider of OpenFeature: values, variants, the revision that was used, and defaults with a reason', async () => {
  const { provider, write, load } = scene();
  await write({ revision: 7, ...flag({ on: true, off: false }) });
  await write({ flagKey: 'text', ...flag({ it: 'red' }) });
  await write({ flagKey: 'object', ...flag({ it: { a: [1] } }) });
  await write({ flagKey: 'disabled', ...flag({ it: 1 }, { state: 'DISABLED' }) });
  await load();
  await OpenFeature.setProviderAndWait(provider);
  const client = OpenFeature.getClient();
  expect(await client.getBooleanDetails('checkout', false)).toMatchObject({
    ...{ value: true, variant: 'on', reason: 'STATIC' },
    flagMetadata: { version: '1.7', changeId: 'change-0001' },
  });
  expect(await client.getStringValue('text', 'blue')).toBe('red');
  expect(await client.getObjectValue('object', {})).toEqual({ a: [1] });
  expect(await client.getNumberDetails('text', 3)).toMatchObject({ value: 3, errorCode: 'TYPE_MISMATCH' });
  expect(await client.getNumberDetails('disabled', 3)).toMatchObject({ value: 3, errorCode: 'FLAG_NOT_FOUND' });
  expect(await client.getNumberDetails('unknown', 3)).toMatchObject({ value: 3, errorCode: 'FLAG_NOT_FOUND' });
});

it('answers at once without a promise, false and 0 as well', async () => {
  const { provider, write, load } = scene();
  await write({ ...flag({ off: false, on: true }) });
  await write({ flagKey: 'none', ...flag({ it: 0 }) });
  expect(provider.evaluate('checkout', true)).toMatchObject({ value: true, errorCode: 'PROVIDER_NOT_READY' });
  await load();
  await provider.initialize();
  expect(provider.evaluate('checkout', true)).toMatchObject({ value: false, variant: 'off' });
  expect(provider.evaluate('none', 5)).toMatchObject({ value: 0 });
  await write({ revision: 2, ...flag({ on: true, off: false }) });
  expect(provider.evaluate('checkout', false)).toMatchObject({ value: true, flagMetadata: { version: '1.2' } });
});

it('says once that it is ready, and nothing of changes before', async () => {
  const { provider, clock, write, load } = scene();
  const told: unknown[] = [];
  for (const event of [ProviderEvents.Ready, ProviderEvents.ConfigurationChanged])
    provider.events.addHandler(event, () => void told.push(event));
  await write(flag({ on: true }));
  await expect(provider.initialize()).rejects.toThrow('not read yet');
  await write({ flagKey: 'search', ...flag({ on: true }) });
  await clock.advance(1_000);
  expect(told).toEqual([]);
  await load();
  await clock.advance(3_000);
  expect(told).toEqual([ProviderEvents.Ready]);
  await provider.onClose();
});

it('leaves it to OpenFeature to say that it is ready, where there is something at once', async () => {
  const { provider, clock, write, load } = scene();
  await write(flag({ on: true }));
  await load();
  const ready = jest.fn();
  const client = OpenFeature.getClient();
  client.addHandler(ProviderEvents.Ready, ready);
  await OpenFeature.setProviderAndWait(provider);
  await clock.advance(3_000);
  expect(ready).toHaveBeenCalledTimes(1);
  client.removeHandler(ProviderEvents.Ready, ready);
});

it('has the flag that shows how it draws', async () => {
  const { provider, load } = scene();
  await load();
  await provider.initialize();
  expect(provider.evaluate(PROBE_FLAG, '', { targetingKey: PROBE_CALLER })).toMatchObject({ variant: 'v2' });
  expect(provider.evaluate(PROBE_FLAG, '')).toMatchObject({ variant: 'unasked' });
});

it('logs in over TLS where it has a user, and else on this machine alone', () => {
  const of = (cache: { host: string; user?: string }) => () =>
    createProvider({
      ...{ region: 'eu-west-1', service: SERVICE, cell: 'cell-1', instance: 'task-1' },
      cache: { port: 6379, name: 'flags', ...cache },
    });
  expect(of({ host: 'flags.example', user: 'agent' })).not.toThrow();
  expect(of({ host: '127.0.0.1' })).not.toThrow();
  expect(of({ host: 'flags.example' })).toThrow('login to the cache');
});

it.each(['', 'two\nlines', 'n'.repeat(257)])('refuses a name under which nobody would see it: %j', (instance) => {
  const cache = { host: '127.0.0.1', port: 6379, name: 'flags' };
  const options = { region: 'eu-west-1', service: SERVICE, cell: 'cell-1', cache };
  expect(() => createProvider({ ...options, instance })).toThrow('1 to 256 printable characters');
});

it('is not ready before there is something, and says when it is', async () => {
  const { provider, clock, write, load } = scene();
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toThrow('the flags of payments were not read yet');
  const client = OpenFeature.getClient();
  const ready = jest.fn();
  client.addHandler(ProviderEvents.Ready, ready);
  await write(flag({ on: true }));
  await load();
  await clock.advance(2_000);
  expect(ready).toHaveBeenCalledTimes(1);
  expect(await client.getBooleanValue('checkout', false)).toBe(true);
});

it('names the flags that changed, and no others; says when what it has may be old, and when it no longer is', async () => {
  const { provider, clock, cache, write, load } = scene();
  await write(flag({ on: true }));
  await load();
  await provider.initialize();
  const events: unknown[] = [];
  for (const event of Object.values(ProviderEvents))
    provider.events.addHandler(event, (details) => void events.push([event, details?.['flagsChanged']]));
  await write({ flagKey: 'search', ...flag({ on: true }) });
  await clock.advance(1_000);
  expect(events.splice(0)).toEqual([[ProviderEvents.ConfigurationChanged, ['search']]]);
  cache.breakService(SERVICE, 'unreachable');
  await clock.advance(10_000);
  expect(events.splice(0)).toEqual([[ProviderEvents.Stale, undefined]]);
  expect(provider.evaluate('search', false)).toMatchObject({ value: true, flagMetadata: { stale: true } });
  cache.heal(SERVICE);
  await clock.advance(2_000);
  expect(events.splice(0)).toEqual([[ProviderEvents.Ready, undefined]]);
  await provider.onClose();
});

it('follows again when it is set again, as often as that happens, and looks once a second', async () => {
  const { provider, agent, clock, write, load } = scene();
  await write(flag({ it: 1 }));
  await load();
  const client = OpenFeature.getClient('a');
  for (let revision = 2; revision <= 4; revision += 1) {
    await OpenFeature.setProviderAndWait('a', provider);
    await write({ revision, ...flag({ it: revision }) });
    expect(await client.getNumberValue('checkout', 0)).toBe(revision);
    await OpenFeature.clearProviders();
    // Within the second in which the loop of before is still asleep.
    await clock.advance(400);
  }
  const looks = jest.fn();
  agent.onLook(looks);
  await OpenFeature.setProviderAndWait('a', provider);
  await clock.advance(10_000);
  expect(looks).toHaveBeenCalledTimes(11);
  await OpenFeature.clearProviders();
  await clock.advance(10_000);
  expect(looks).toHaveBeenCalledTimes(11);
});

it('is closed after it was started, and started after it was closed, though nobody waited', async () => {
  const { agent } = scene();
  const calls: string[] = [];
  const slow = (name: string) => async () => {
    calls.push(`${name} begins`);
    await new Promise((resolve) => process.nextTick(resolve));
    calls.push(`${name} ends`);
  };
  const provider = new FlaghoistProvider({ ...agent, start: slow('start'), stop: slow('stop') });
  const initialize = () => provider.initialize().catch(() => undefined);
  await Promise.all([initialize(), provider.onClose(), initialize(), provider.onClose()]);
  const order = ['start', 'stop', 'start', 'stop'];
  expect(calls).toEqual(order.flatMap((name) => [`${name} begins`, `${name} ends`]));
});

it('answers whatever is asked of whatever flag as the agent does', async () => {
  const value = fc.oneof(
    fc.boolean(),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant({ a: 1 }),
  );
  const tier = { '==': [{ var: 'tier' }, 'gold'] };
  const drawn = {
    fractional: [
      ['a', 50],
      ['b', 50],
    ],
  };
  const targetings = fc.constantFrom(
    ...[
      undefined,
      {},
      { if: [tier, 'a', 'b'] },
      { if: [tier, drawn, 'nothing'] },
      drawn,
      { if: [tier, 'a', null] },
      { sem_ver: [1] },
    ],
  );
  const contexts = fc.record(
    { targetingKey: fc.string(), tier: fc.constantFrom('gold', 'none') },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      value,
      value,
      targetings,
      fc.constantFrom('ENABLED', 'DISABLED'),
      contexts,
      async (a, b, targeting, state, context) => {
        const { provider, agent, write, load } = scene();
        await write(flag({ a, b }, { state, ...(targeting === undefined ? {} : { targeting }) }));
        await load();
        await provider.initialize();
        const served = agent.flags.served('checkout');
        if (served === undefined) throw new Error('the flag was refused');
        const { status, text } = answer(served, context, '');
        const theirs = JSON.parse(text);
        const asked: JsonValue = status === 200 ? theirs.value : false;
        const ours = provider.evaluate<JsonValue>('checkout', asked, context);
        if (status === 200) {
          const { value, variant, reason, flagMetadata } = ours;
          expect({ key: 'checkout', value, variant, reason, metadata: flagMetadata }).toEqual(theirs);
        } else expect([ours.errorCode, ours.value]).toEqual([theirs.errorCode, asked]);
        await provider.onClose();
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});
