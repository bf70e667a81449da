import { type ChannelOptions, Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { PROBE_FLAG } from '../lib/probe.ts';
import { setText } from '../lib/sync/set-text.ts';
import { createService, SERVICE, type ServedService, says, serveService, type TestService } from './support/service.ts';

// A client that reads the protocol by itself: field 1 is a text.
const decode = (bytes: Buffer): string => {
  let [place, length, shift] = [1, 0, 0];
  for (let byte = 0x80; byte & 0x80; shift += 7) {
    byte = bytes[place++] ?? 0;
    length |= (byte & 0x7f) << shift;
  }
  return bytes.subarray(place, place + length).toString();
};

let service: TestService;
let served: ServedService;
const clients: Client[] = [];
const create = async (options: Parameters<typeof serveService>[1] = {}) => {
  service = createService();
  served = await serveService(service, options);
};
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await served.stop();
  await service.agent.stop();
});

const text = (field: number, value: string): Buffer =>
  value === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from([field * 8 + 2, value.length]), Buffer.from(value)]);
const pass = (bytes: Buffer): Buffer => bytes;
const path = (method: string) => `/flagd.sync.v1.FlagSyncService/${method}`;

const connect = (options: ChannelOptions = {}): Client => {
  const client = new Client(`127.0.0.1:${served.syncPort}`, credentials.createInsecure(), options);
  clients.push(client);
  return client;
};

/** A stream whose messages can be waited for one by one, and the error that ends it. */
const follow = (selector = '', header?: string) => {
  const metadata = new Metadata();
  if (header !== undefined) metadata.set('flagd-selector', header);
  const stream = connect().makeServerStreamRequest(path('SyncFlags'), pass, pass, text(2, selector), metadata);
  const sets: Record<string, { readonly variants: Record<string, unknown> }>[] = [];
  /** What else messages had. */
  const besides: string[] = [];
  let wake = (): void => undefined;
  stream.on('data', (bytes: Buffer) => {
    const { flags, ...more } = JSON.parse(decode(bytes));
    const { [PROBE_FLAG]: probed, ...others } = flags;
    if (probed === undefined) throw new TypeError('a set without the probe');
    sets.push(others);
    besides.push(...Object.keys(more));
    wake();
  });
  const ended = new Promise<ServiceError | 'OK'>((resolve) => {
    stream.on('error', (error: ServiceError) => resolve(error));
    stream.on('end', () => resolve('OK'));
  });
  const set = async (matches: (flags: (typeof sets)[number]) => boolean) => {
    for (;;) {
      const found = sets.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { set, sets, besides, ended, cancel: () => stream.cancel() };
};

const ask = (method: string, selector = ''): Promise<Buffer | ServiceError> =>
  new Promise((resolve) => {
    connect().makeUnaryRequest(
      path(method),
      pass,
      pass,
      text(2, selector),
      (error: ServiceError | null, bytes?: Buffer) => resolve(error ?? bytes ?? Buffer.alloc(0)),
    );
  });

const begin = async () => {
  await service.load();
  await service.agent.start();
};
const valueIn = (key: string, value: unknown) => (flags: Record<string, { variants: Record<string, unknown> }>) =>
  flags[key]?.variants['it'] === value;

it('sends the set, and the new one with each change', async () => {
  await create();
  await service.write({ ...says(0.5), document: { ...says(1).document, variants: { it: 1, half: 0.5 } } });
  await begin();
  const stream = follow();
  const first = await stream.set(() => true);
  expect(first).toEqual({
    checkout: {
      state: 'ENABLED',
      variants: { it: 1, half: 0.5 },
      defaultVariant: 'it',
      metadata: { version: '1.1', changeId: 'change-0001' },
    },
  });
  await service.write({ flagKey: 'search', ...says('new') });
  await stream.set(valueIn('search', 'new'));
  await service.write({ flagKey: 'search', revision: 2, document: null });
  await stream.set((flags) => stream.sets.length > 2 && flags['search'] === undefined);
  // Some clients report every flag as changed when metadata of the set is another.
  expect(stream.besides).toEqual([]);
});

it('says nothing before there is something, then everything', async () => {
  await create();
  await service.agent.start();
  const stream = follow();
  expect(await ask('FetchAllFlags')).toMatchObject({ code: 14, details: expect.stringContaining('not read yet') });
  expect(stream.sets).toEqual([]);
  await service.write(says('first'));
  await service.load();
  await stream.set(valueIn('checkout', 'first'));
  expect(stream.sets).toHaveLength(1);
  expect(JSON.parse(decode((await ask('FetchAllFlags')) as Buffer)).flags).toHaveProperty('checkout');
});

it('has an empty set for a service that was loaded and has no flags', async () => {
  await create();
  const stream = follow();
  await begin();
  expect(await stream.set(() => true)).toEqual({});
});

it('always sends a context and metadata, without which some clients fail for good', async () => {
  await create();
  await begin();
  expect(((await ask('GetMetadata')) as Buffer).toString('latin1')).toContain('flaghoist.service');
});

it('ends streams as unavailable when it stops, and never as if all were said', async () => {
  await create();
  await begin();
  const stream = follow();
  await stream.set(() => true);
  await served.stop();
  expect(await stream.ended).toMatchObject({ code: 14 });
});

it.each([
  ['none', '', undefined, true],
  ['the service', SERVICE, undefined, true],
  ['a set of that name', `flagSetId=${SERVICE}`, undefined, true],
  ['another service', 'accounts', undefined, false],
  ['another service in the header, which comes first', SERVICE, 'accounts', false],
  ['the service in the header', 'accounts', SERVICE, true],
])('serves a client whose selector names %s: %p, header %p: %p', async (_what, selector, header, isServed) => {
  await create();
  await begin();
  const stream = follow(selector, header);
  if (isServed) expect(await stream.set(() => true)).toEqual({});
  else expect(await stream.ended).toMatchObject({ code: 3, details: expect.stringContaining('serves payments') });
});

it('gives every client the last of many changes, also one that is slow', async () => {
  await create();
  await begin();
  const streams = Array.from({ length: 20 }, () => follow());
  for (let revision = 1; revision <= 300; revision += 1) await service.write({ revision, ...says(revision) });
  for (const stream of streams) await stream.set(valueIn('checkout', 300));
});

const drawing = says(1, {
  targeting: {
    fractional: [
      ['it', 50],
      ['it', 50],
    ],
  },
});

it('withholds a flag that draws from clients that draw differently, counts it, and answers it itself', async () => {
  await create();
  await service.write(drawing);
  await service.write({ flagKey: 'plain', ...says(1) });
  await begin();
  expect(Object.keys(await follow().set(() => true))).toEqual(['plain']);
  expect((await served.ask('GET', '/status')).json).toMatchObject({ sync: { withheld: ['checkout'] } });
  expect((await served.ask('GET', '/metrics')).text).toContain('sync_flags_withheld{service="payments"} 1');
  expect((await served.evaluate('checkout', { targetingKey: 'ada' })).status).toBe(200);
});

it('withholds a flag that draws by a shared evaluator', async () => {
  await create();
  const half = { fractional: [[{ var: 'team' }, 50]] };
  const drawsBy = (name: string) => ({ ...says(1, { targeting: { $ref: name } }), source: { $evaluators: { half } } });
  await service.write({ flagKey: 'shared', ...(drawsBy('half') as object) });
  await service.write({ flagKey: 'plain', ...says(1) });
  await begin();
  expect((await served.ask('GET', '/status')).json).toMatchObject({ refused: [], sync: { withheld: ['shared'] } });
  expect(Object.keys(await follow().set(() => true))).toEqual(['plain']);
});

it('sends its own probe once, whatever a flag of that name says', async () => {
  await create();
  await service.write({ flagKey: PROBE_FLAG, ...says('mine') });
  await begin();
  const text = setText(service.agent.flags, true).text;
  expect(text.split(`"${PROBE_FLAG}":`)).toHaveLength(2);
  expect(text).not.toContain('mine');
});

it('leaves a disabled flag out, so that every client gives its caller the default', async () => {
  await create();
  await service.write(says(1, { state: 'DISABLED' }));
  await service.write({ flagKey: 'plain', ...says(1) });
  await begin();
  expect(Object.keys(await follow().set(() => true))).toEqual(['plain']);
});

it('sends a flag that draws to clients that draw as it does', async () => {
  await create({ evaluation: 'v2' });
  await service.write(drawing);
  await begin();
  expect(Object.keys(await follow().set(() => true))).toEqual(['checkout']);
});

it('writes shared evaluators out, those within others too', async () => {
  await create();
  const source = { $evaluators: { outer: { and: [{ $ref: 'inner' }, true] }, inner: { '==': [{ var: 'a' }, 1] } } };
  await service.write({ source, ...says(1, { targeting: { if: [{ $ref: 'outer' }, 'it', 'it'] } }) });
  await begin();
  expect((await follow().set(() => true))['checkout']).toMatchObject({
    targeting: { if: [{ and: [{ '==': [{ var: 'a' }, 1] }, true] }, 'it', 'it'] },
  });
});

it('alarms before a set is too large, and keeps the one before when it is', async () => {
  await create();
  await service.write(says('small'));
  await begin();
  const stream = follow();
  await stream.set(() => true);
  const large = (flagKey: string, bytes: number) => service.write({ flagKey, ...says('x'.repeat(bytes)) });
  await large('a', 1_600_000);
  await large('b', 1_600_000);
  await stream.set((flags) => 'b' in flags);
  const alarm = 'set of flags is nearly too large for clients';
  await service.write({ revision: 2, ...says('still large') });
  await stream.set((flags) => JSON.stringify(flags).includes('still large'));
  // Said once.
  expect(service.lines.filter(({ level }) => level === 'error')).toEqual([{ level: 'error', message: alarm }]);
  await large('c', 1_600_000);
  await service.write({ flagKey: 'd', ...says(1) });
  expect(service.lines.at(-1)?.message).toBe('set of flags is too large for clients, which keep the one before');
  expect(stream.sets.at(-1)).not.toHaveProperty('c');
  expect(served.streams.setBytes).toBeGreaterThan(4_800_000);
  expect((await served.evaluate('c')).status).toBe(200);
});

it('says how large a set is that was never small enough to be sent', async () => {
  await create();
  await service.write(says('x'.repeat(4_100_000)));
  await begin();
  expect(served.streams.setBytes).toBeGreaterThan(4_100_000);
  expect(served.streams.fetch()).toBeNull();
  expect(await ask('FetchAllFlags')).toMatchObject({
    code: 14,
    details: expect.stringContaining('too large for clients'),
  });
});
