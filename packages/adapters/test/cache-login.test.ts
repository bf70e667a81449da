import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { cacheToken } from '../lib/cache-token.ts';
import type { CacheVariables } from '../lib/cache-variables.ts';
import { connectCache } from '../lib/connect/cache.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session/token+=' };
const region = 'eu-central-1';
const now = Date.UTC(2026, 10, 29, 7, 0, 1, 999);

type Data = string | ArrayBuffer | ArrayBufferView;
const bytesOf = (data: Data): Buffer => {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
};

/** Node's hash, in the form that the SDK's signer takes. */
class Sha256 {
  readonly #hash;
  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: Data): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

const partsOf = (token: string) => {
  const url = new URL(`https://${token}`);
  return { host: url.host, path: url.pathname, query: [...url.searchParams].sort() };
};

let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
});
afterEach(() => {
  process.env = before;
});

it('is the request that the signer of the AWS SDK makes for the same moment', async () => {
  const signer = new SignatureV4({ service: 'elasticache', region, credentials, sha256: Sha256, applyChecksum: false });
  const request = {
    protocol: 'https:',
    method: 'GET',
    hostname: 'flags-cache',
    path: '/',
    query: { Action: 'connect', User: 'cell-1' },
    headers: { host: 'flags-cache' },
  };
  const signed = await signer.presign(request, { expiresIn: 900, signingDate: new Date(now) });
  const expected = Object.entries(signed.query ?? {}).map(([name, value]) => [name, String(value)]);

  const token = cacheToken({ cacheName: 'Flags-Cache', user: 'cell-1', region, now });
  expect(partsOf(token)).toEqual({ host: 'flags-cache', path: '/', query: expected.sort() });
  expect(token).not.toContain('https://');
});

const elsewhere: CacheVariables = {
  AWS_REGION: region,
  CACHE_HOST: 'master.flags-cache.abc123.euc1.cache.amazonaws.com',
  CACHE_PORT: 6379,
  CACHE_SHARDS: 1,
  CACHE_TLS: true,
  CACHE_USER: 'cell-1',
  CACHE_NAME: 'flags-cache',
  CACHE_PASSWORD: 'none',
};
const log = { info: () => {}, warn: () => {} };

it('is made anew for each connection', () => {
  let at = now;
  const client = connectCache(elsewhere, { log, clock: { now: () => at } });
  const first = client.options.password;
  expect(client.options.username).toBe('cell-1');
  expect(first).toBe(cacheToken({ cacheName: 'flags-cache', user: 'cell-1', region, now }));
  at += 1_000;
  expect(client.options.password).not.toBe(first);
  client.disconnect();
});

it.each<[string, Partial<CacheVariables>, string]>([
  ['no user', { CACHE_USER: '' }, 'CACHE_USER is empty'],
  ['a password that does not change', { CACHE_PASSWORD: 'secret' }, 'CACHE_PASSWORD is not "none"'],
  ['a connection in the clear', { CACHE_TLS: false }, 'CACHE_TLS is false'],
])('has %s only on this machine', (_what, different, place) => {
  expect(() => connectCache({ ...elsewhere, ...different }, { log })).toThrow(
    expect.objectContaining({ code: 'FH_INVALID_INPUT', message: expect.stringContaining(place) }),
  );
  for (const CACHE_HOST of ['localhost', '127.0.0.1', '::1']) {
    connectCache({ ...elsewhere, ...different, CACHE_HOST }, { log }).disconnect();
  }
  expect(() => connectCache({ ...elsewhere, ...different, CACHE_HOST: '127.0.0.1.example.com' }, { log })).toThrow(
    place,
  );
});

it.each<[string, Partial<CacheVariables>, { username?: string; password?: string }]>([
  [
    'the password of the default user',
    { CACHE_USER: '', CACHE_PASSWORD: 'secret' },
    { username: 'default', password: 'secret' },
  ],
  ['the password of a user', { CACHE_PASSWORD: 'secret' }, { username: 'cell-1', password: 'secret' }],
  ['nothing', { CACHE_USER: '' }, {}],
])('on this machine %s will do', (_what, different, login) => {
  const client = connectCache({ ...elsewhere, CACHE_HOST: 'localhost', ...different }, { log });
  const { username, password } = client.options;
  expect({ username, password }).toEqual({ username: login.username ?? null, password: login.password ?? null });
  client.disconnect();
});
