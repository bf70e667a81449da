import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVariables } from '@flaghoist/adapters/variables';
import { createHttpServer, listen } from '../lib/http-server.ts';
import { EventStreams } from '../lib/ofrep/events.ts';
import { agentVariables } from '../lib/variables.ts';
import { createService, SERVICE, type ServedService, says, serveService, type TestService } from './support/service.ts';

let service: TestService;
let served: ServedService;
beforeEach(async () => {
  service = createService();
  served = await serveService(service);
});
afterEach(async () => {
  await served.stop();
  await service.agent.stop();
});

const begin = async () => {
  await service.load();
  await service.agent.start();
};
const settled = () => new Promise((resolve) => process.nextTick(resolve));

it('answers with value, variant, standard reason, and the revision that was used', async () => {
  await service.write({
    revision: 7,
    document: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: { if: [{ '==': [{ var: 'tier' }, 'gold'] }, 'on'] },
      metadata: { team: 'money', version: 'never' },
    },
  });
  await begin();
  const metadata = { team: 'money', version: '1.7', changeId: 'change-0001' };
  const key = 'checkout';
  const gold = await served.evaluate(key, { tier: 'gold' });
  expect([gold.status, gold.json]).toEqual([
    200,
    { key, value: true, variant: 'on', reason: 'TARGETING_MATCH', metadata },
  ]);
  expect((await served.evaluate(key)).json).toEqual({
    key,
    value: false,
    variant: 'off',
    reason: 'DEFAULT',
    metadata,
  });
  await service.write({ revision: 8, ...says('text') });
  await settled();
  expect((await served.evaluate(key)).json).toMatchObject({ value: 'text', reason: 'STATIC' });
});

it('writes a whole number with a fraction where another variant has one, and without where none has', async () => {
  const variants = { one: 1, half: 0.5, huge: 1e21 };
  await service.write({ document: { state: 'ENABLED', variants, defaultVariant: 'one' } });
  await service.write({ flagKey: 'whole', ...says(1) });
  await begin();
  expect((await served.evaluate('checkout')).text).toContain('"value":1.0,');
  expect((await served.evaluate('whole')).text).toContain('"value":1,');
});

it.each([
  ['of a flag that is not there', 'nothing', undefined, 404, 'FLAG_NOT_FOUND'],
  ['of a disabled flag, whose callers have defaults', 'disabled', undefined, 404, 'FLAG_NOT_FOUND'],
  ['of a flag without a default', 'open', undefined, 404, 'FLAG_NOT_FOUND'],
  ['in what is not JSON', 'checkout', '{', 400, 'PARSE_ERROR'],
  ['with a context that is none', 'checkout', '{"context":[]}', 400, 'INVALID_CONTEXT'],
  ['with a body that is none', 'checkout', '7', 400, 'INVALID_CONTEXT'],
  ['of a rule that fails', 'failing', undefined, 400, 'GENERAL'],
])('says what is wrong when it is asked %s', async (_what, key, body, status, errorCode) => {
  await service.write(says(1));
  await service.write({
    flagKey: 'disabled',
    document: { state: 'DISABLED', variants: { on: true }, defaultVariant: 'on' },
  });
  await service.write({
    flagKey: 'open',
    document: { state: 'ENABLED', variants: { on: true }, defaultVariant: null, targeting: { if: [false, 'on'] } },
  });
  await service.write({ flagKey: 'failing', ...says(1, { targeting: { cat: ['no such variant'] } }) });
  await begin();
  const reply = await served.ask('POST', `/ofrep/v1/evaluate/flags/${key}`, body);
  expect([reply.status, reply.json]).toMatchObject([status, { key, errorCode, errorDetails: expect.any(String) }]);
});

it('answers as many callers as there are, and turns none away for a while', async () => {
  await service.write(says('first'));
  await begin();
  const answers = await Promise.all(Array.from({ length: 500 }, () => served.evaluate('checkout')));
  expect(new Set(answers.map(({ status, headers }) => `${status} ${headers['retry-after']}`))).toEqual(
    new Set(['200 undefined']),
  );
});

it('knows keys by their names, encoded ones as well', async () => {
  await service.write({ flagKey: 'a.b-c', ...says('found') });
  await begin();
  expect((await served.evaluate('a%2Eb-c')).json).toMatchObject({ value: 'found' });
  expect((await served.evaluate('%')).status).toBe(404);
  expect((await served.evaluate('constructor')).status).toBe(404);
});

it('has nothing to say, and no empty set, until something was read', async () => {
  await service.agent.start();
  for (const reply of [await served.evaluate('checkout'), await served.evaluateAll()]) {
    expect([reply.status, reply.json]).toMatchObject([500, { errorCode: 'PROVIDER_NOT_READY' }]);
  }
  expect((await served.ask('GET', '/readyz')).status).toBe(503);
  expect((await served.ask('GET', '/livez')).status).toBe(200);
  await service.load();
  await service.clock.advance(1_000);
  expect((await served.ask('GET', '/readyz')).status).toBe(200);
  expect((await served.evaluateAll()).json).toMatchObject({ flags: [] });
});

describe('all flags at once', () => {
  const targeting = { if: [{ '==': [{ var: 'tier' }, 'gold'] }, 'it'] };

  it('have a tag that holds for this set and this caller', async () => {
    await service.write(says(1, { targeting, defaultVariant: null }));
    await service.write({ flagKey: 'search', ...says('all') });
    await begin();
    const gold = await served.evaluateAll({ tier: 'gold' });
    expect(gold.json).toMatchObject({ flags: [{ key: 'checkout' }, { key: 'search' }] });
    const tag = String(gold.headers['etag']);
    const again = await served.evaluateAll({ tier: 'gold' }, tag);
    expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', tag]);

    // Another caller, whose answers are others; a third, whose answers are the same.
    const other = await served.evaluateAll({ tier: 'silver' }, tag);
    expect([other.status, (other.json as { flags: unknown[] }).flags]).toMatchObject([200, [{ key: 'search' }]]);
    expect((await served.evaluateAll({ tier: 'gold', city: 'Bonn' }, tag)).status).toBe(200);

    await service.write({ flagKey: 'search', revision: 2, ...says('all') });
    await settled();
    expect((await served.evaluateAll({ tier: 'gold' }, tag)).status).toBe(200);
  });

  it('say where changes are told, and tell them', async () => {
    await service.write(says(1));
    await begin();
    const { json } = await served.evaluateAll();
    expect(json).toMatchObject({ eventStreams: [{ type: 'sse', endpoint: { requestUri: '/ofrep/v1/events' } }] });
    const heard = new Promise<string>((resolve, reject) => {
      const asking = get(`${served.url}/ofrep/v1/events`, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          if (text === '') void service.write({ revision: 2, ...says(2) });
          text += chunk.toString();
          if (text.includes('data:')) {
            resolve(text);
            asking.destroy();
          }
        });
      });
      asking.on('error', reject);
    });
    expect(await heard).toMatch(/^:\n\ndata: \{"type":"refetchEvaluation","etag":"[0-9a-f]{64}-4\.0\.1"\}\n\n$/);
  });
});

it('says that what it serves is old, how old, and that a kill may be missing, and no more once the cache is back', async () => {
  await service.write(says(1));
  await begin();
  const tag = String((await served.evaluateAll()).headers['etag']);
  service.cache.breakService(SERVICE, 'unreachable');
  await service.clock.advance(10_000);
  expect((await served.evaluate('checkout')).json).toMatchObject({
    value: 1,
    metadata: { stale: true, ageMs: 10_000 },
  });
  const old = await served.evaluateAll({}, tag);
  expect(old.status).toBe(200);
  await service.clock.advance(30_000);
  // Older, but nothing else has changed.
  expect((await served.evaluateAll({}, String(old.headers['etag']))).status).toBe(304);
  const metadata = { stale: true, ageMs: 40_000, killMayBeUnseen: true };
  expect((await served.evaluate('checkout')).json).toMatchObject({ value: 1, metadata });
  expect((await served.ask('GET', '/readyz')).json).toEqual({ ready: true, stale: true });
  service.cache.heal(SERVICE);
  await settled();
  await service.clock.advance(1_000);
  expect((await served.evaluate('checkout')).text).not.toContain('stale');
});

it('refuses what is too large, of another method, or nowhere', async () => {
  await begin();
  const large = await served.evaluate('checkout', { text: 'x'.repeat(300_000) });
  expect(large.status).toBe(413);
  expect((await served.ask('GET', '/ofrep/v1/evaluate/flags')).status).toBe(405);
  expect((await served.ask('GET', '/nowhere')).status).toBe(404);
});

it('shows operators what it holds, refuses and counts', async () => {
  await service.write(says(1));
  await service.write({ flagKey: 'broken', document: { state: 'ENABLED', variants: {}, defaultVariant: null } });
  await begin();
  await served.evaluate('checkout');
  const { json } = await served.ask('GET', '/status');
  expect(json).toMatchObject({
    ...{ service: SERVICE, region: 'eu-west-1', instance: 'task-1', ready: true, stale: false, flags: 1 },
    evaluator: '@openfeature/flagd-core 4.0.1',
    cache: { state: 'following', error: null, sequence: 3 },
    refused: [{ flagKey: 'broken', order: '1.1', reason: expect.stringContaining('no variants') }],
  });
  const { text } = await served.ask('GET', '/metrics');
  expect(text).toContain('flaghoist_agent_flags{service="payments"} 1\n');
  expect(text).toContain('flaghoist_agent_flags_refused{service="payments"} 1\n');
  expect(text).toContain('flaghoist_agent_evaluations_total{status="200",service="payments"} 1\n');
});

it('makes no tag, which covers all flags, where no browser waits for one', () => {
  const told: ((flagKeys: readonly string[]) => void)[] = [];
  const flags = {
    listen: (listener: (flagKeys: readonly string[]) => void) => void told.push(listener),
    get tag(): string {
      throw new Error('somebody made a tag');
    },
  };
  const streams = new EventStreams(flags as never);
  for (const tell of told) expect(() => tell(['checkout'])).not.toThrow();
  expect([streams.size, told.length]).toEqual([0, 1]);
});

it('lets go of a browser that does not read, and of no other', () => {
  let tell: (flagKeys: readonly string[]) => void = () => undefined;
  const streams = new EventStreams({
    tag: 'tag',
    listen: (listener: typeof tell) => {
      tell = listener;
    },
  } as never);
  const opened = (writableLength: number) => {
    const gone: (() => void)[] = [];
    const response = {
      ...{ writableLength, writeHead: () => undefined, write: () => true, end: () => undefined },
      once: (_event: string, listener: () => void) => void gone.push(listener),
      destroy: () => {
        for (const each of gone) each();
      },
    };
    streams.add(response as never);
  };
  opened(64 * 1024);
  opened(64 * 1024 + 1);
  tell(['checkout']);
  expect(streams.size).toBe(1);
});

it('reads from its environment under which names it may be asked', () => {
  const cache = {
    CACHE_HOST: '127.0.0.1',
    CACHE_PORT: '6379',
    CACHE_NAME: 'flags',
    CACHE_USER: '',
    CACHE_TLS: 'false',
  };
  const needed = { AWS_REGION: 'eu-west-1', AGENT_SERVICE: SERVICE, AGENT_CELL: 'cell-1', CACHE_PASSWORD: 'none' };
  const read = (more: object) => readVariables(agentVariables, { ...cache, ...needed, ...more }).AGENT_HOSTS;
  expect(read({ AGENT_HOSTS: 'Shop.example, b.example,' })).toEqual(['shop.example', 'b.example']);
  expect([read({}), read({ AGENT_HOSTS: '' })]).toEqual([[], []]);
});

it('keeps a connection for longer than clients do, who would else meet one that is just being closed', () => {
  expect(createHttpServer([], service).keepAliveTimeout).toBe(75_000);
});

describe('whoever asks in an unusual way', () => {
  const ALL = '/ofrep/v1/evaluate/flags';

  it.each(['evil.example', 'evil.example:8016', '127.0.0.1.evil.example', '10.0.0.7:8016', '[::2]'])(
    'is refused under the name %s, by which a page leads a browser here',
    async (host) => {
      await service.write(says(1));
      await begin();
      for (const [method, path] of [
        ['POST', `${ALL}/checkout`],
        ['GET', '/status'],
        ['GET', '/ofrep/v1/events'],
      ] as const) {
        const { status, text } = await served.ask(method, path, undefined, { host });
        expect([status, text]).toEqual([403, expect.stringContaining('AGENT_HOSTS')]);
      }
    },
  );

  it.each(['127.0.0.1', 'localhost:8016', 'LOCALHOST', '[::1]:8016', 'shop.example', 'Shop.Example:443'])(
    'is answered under the name %s',
    async (host) => {
      await service.write(says(1));
      await begin();
      const behind = await serveService(service, { hosts: ['shop.example'] });
      expect((await behind.ask('POST', `${ALL}/checkout`, {}, { host })).status).toBe(200);
      await behind.stop();
    },
  );

  it('is answered under every name over a socket, which no browser can reach', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-socket-'));
    const socketPath = join(folder, 'http.sock');
    const route = { method: 'GET', path: /^\/livez$/, answer: () => ({ status: 200, text: '{}' }) } as const;
    const server = createHttpServer([route], service);
    await listen(server, { path: socketPath });
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'whatever' };
      get({ socketPath, path: '/livez', headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    }).finally(() => server.close());
    expect(status).toBe(200);
    rmSync(folder, { recursive: true });
  });

  it('has an answer for a context however deep, and no error is logged', async () => {
    await service.write(says(1));
    await begin();
    const depth = 40_000;
    const body = `{"context":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    for (const path of [ALL, `${ALL}/checkout`]) expect((await served.ask('POST', path, body)).status).toBe(200);
    expect(service.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('may go in the middle of a request, and no error is logged', async () => {
    await begin();
    const socket = connect(served.port, '127.0.0.1');
    socket.write(`POST ${ALL} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{`);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    // An answer on another connection comes after this one was read.
    await served.evaluateAll();
    socket.resetAndDestroy();
    await gone;
    for (let turns = 0; turns < 3; turns += 1) await served.evaluateAll();
    expect(service.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    ['made weak by what compresses', (etag: string) => `W/${etag}`],
    ['one of several', (etag: string) => `"another", ${etag}`],
  ])('is told that nothing has changed when its tag is %s', async (_what, sent) => {
    await service.write(says(1));
    await begin();
    const etag = String((await served.evaluateAll()).headers['etag']);
    expect((await served.evaluateAll({}, sent(etag))).status).toBe(304);
    expect((await served.evaluateAll({ tier: 'gold' }, sent(etag))).status).toBe(200);
    expect((await served.evaluateAll({}, sent('"another"'))).status).toBe(200);
  });
});
