import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { keptTokens } from '../lib/identity/kept-tokens.ts';
import { type TokenRecord, Tokens } from '../lib/identity/tokens.ts';
import { creation, startApi } from './api.ts';
import { type FourEyes, startFourEyes } from './four-eyes.ts';

let api: FourEyes;
beforeAll(async () => {
  api = await startFourEyes({ approvalsRequired: 0, approvalsToRestore: 0 });
});
afterAll(() => api.close());

const asked = (token: string, method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) =>
  api.ask(method, url, body, { authorization: `Bearer ${token}` });

it('writes in the name of the token’s owner, under the key of the server', async () => {
  const { body } = await api.as('cara', 'POST', '/v1/proposals?wait=10', creation('tokens.named'));
  expect(body).toMatchObject({ author: 'AROACONTROLPLANE00001:control-plane', outcome: { outcome: 'accepted' } });
  expect(await api.ask('GET', '/v1/flags/tokens.named')).toMatchObject({
    body: { madeBy: { actor: 'cara', authentication: 'submitter control-plane' } },
  });
});

it('answers nobody’s import with that of another person, though all of it lies under the key of the server', async () => {
  const { document } = creation('tokens.imported');
  const file = { flags: { 'tokens.imported': document }, metadata: { owner: 'team-identity' } };
  const body = { id: 'same-import', file, reason: 'Flags of the old system', ticket: 'ABC-1', wait: 10 };
  const imported = async (who: string) => (await api.as(who, 'POST', '/v1/imports', body)).body;
  expect(await imported('cara')).toMatchObject({ done: true, flags: [{ state: 'accepted' }] });
  expect(await imported('ben')).toMatchObject({ done: true, flags: [{ state: 'unchanged', changeId: null }] });
  expect(await imported('cara')).toMatchObject({ done: true, flags: [{ state: 'accepted' }] });
});

it('withdraws for nobody what another one has proposed, though all of it lies under the key of the server', async () => {
  const notBefore = api.scheduler.now() + 3_600_000;
  await api.as('cara', 'POST', '/v1/proposals', { ...creation('tokens.later'), notBefore });
  expect(await api.as('ben', 'DELETE', '/v1/proposals/create-tokens.later?wait=5')).toMatchObject({ status: 403 });
  expect(await api.as('cara', 'DELETE', '/v1/proposals/create-tokens.later?wait=5')).toMatchObject({
    body: { outcome: { outcome: 'withdrawn', actor: 'cara' } },
  });
  expect(await api.as('cara', 'DELETE', '/v1/proposals/create-tokens.none')).toMatchObject({ status: 404 });
});

it('withdraws no more than a token may change', async () => {
  const notBefore = api.scheduler.now() + 3_600_000;
  await api.as('cara', 'POST', '/v1/proposals', { ...creation('tokens.narrowed'), notBefore });
  const withdraw = async (more: object) =>
    asked(api.tokenOf('cara', more), 'DELETE', '/v1/proposals/create-tokens.narrowed?wait=5');
  expect(await withdraw({ keyPrefix: 'checkout.' })).toMatchObject({ status: 403, body: { code: 'FH_NOT_ALLOWED' } });
  expect(await withdraw({ scopes: ['kill'] })).toMatchObject({ status: 403 });
  expect(await withdraw({ keyPrefix: 'tokens.' })).toMatchObject({ body: { outcome: { outcome: 'withdrawn' } } });
});

it('counts the requests of each person apart, though all write under the key of the server', async () => {
  const leftOf = async (actor: string) => {
    const headers = { host: '127.0.0.1:3524', authorization: `Bearer ${api.tokenOf(actor)}` };
    const answer = await api.during(api.app.inject({ method: 'GET', url: '/v1/topology', headers }));
    return Number(answer.headers['x-ratelimit-remaining']);
  };
  expect([await leftOf('eager'), await leftOf('patient')]).toEqual([9_999, 9_999]);
});

it('takes no change of somebody whom the directory does not list', async () => {
  const { body } = await api.as('mallory', 'POST', '/v1/proposals?wait=10', creation('tokens.stranger'));
  expect(body).toMatchObject({ outcome: { outcome: 'rejected' } });
});

it.each([
  ['that there is not', () => `hoist_${'0'.repeat(8)}_${'0'.repeat(32)}`],
  ['with another secret', () => api.tokenOf('ada').replace(/.$/, '!').replace('!', 'x')],
  ['that has expired', () => api.tokenOf('ada', { expiresAt: 1 })],
  ['of no form', () => 'letmein'],
])('takes no token %s', async (_what, make) => {
  expect(await asked(make(), 'GET', '/v1/flags')).toMatchObject({ status: 401, body: { code: 'FH_TOKEN_NEEDED' } });
});

it('takes a token for no more than its scopes and its keys', async () => {
  const reading = api.tokenOf('ada', { scopes: ['read'] });
  expect(await asked(reading, 'POST', '/v1/proposals', creation('tokens.read'))).toMatchObject({ status: 403 });
  expect(await asked(reading, 'GET', '/v1/audit?type=x')).toMatchObject({ status: 403 });
  expect(await asked(reading, 'GET', '/v1/tokens')).toMatchObject({ status: 403 });
  const narrow = api.tokenOf('ada', { keyPrefix: 'checkout.' });
  expect(await asked(narrow, 'POST', '/v1/proposals', creation('tokens.narrow'))).toMatchObject({
    status: 403,
    body: { code: 'FH_NOT_ALLOWED' },
  });
});

describe('a token for some keys that may operate all the same', () => {
  const narrow = () => api.tokenOf('eve', { scopes: ['read', 'operate'], keyPrefix: 'tokens.' });

  it.each([
    ['makes no token', 'POST', '/v1/tokens', { actor: 'eve', scopes: ['read', 'kill'] }],
    ['sees no tokens', 'GET', '/v1/tokens', undefined],
    ['revokes no token', 'DELETE', '/v1/tokens/00000001', undefined],
    ['drains no region', 'POST', '/v1/topology', { action: 'drain-region', region: 'eu-west-1' }],
    ['breaks no cache', 'POST', '/v1/rehearsals', { action: 'heal', region: 'eu-west-1', service: 'login' }],
  ] as const)('%s', async (_what, method, url, body) => {
    expect(await asked(narrow(), method, url, body)).toMatchObject({
      status: 403,
      body: { code: 'FH_NOT_ALLOWED', hint: expect.stringContaining('hoist token issue') },
    });
  });

  it('is not made', async () => {
    const operator = api.tokenOf('ada', { scopes: ['operate'] });
    const body = { actor: 'ben', scopes: ['read', 'operate'], keyPrefix: 'tokens.' };
    expect(await asked(operator, 'POST', '/v1/tokens', body)).toMatchObject({
      status: 400,
      body: { places: [expect.stringMatching(/^\/keyPrefix: .*operate/)] },
    });
  });
});

it('says to who may not what would let them', async () => {
  const hintOf = (answer: { body: never }) => (answer.body as { hint: string }).hint;
  const beyond = await asked(
    api.tokenOf('ada', { keyPrefix: 'b.' }),
    'POST',
    '/v1/proposals',
    creation('tokens.beyond'),
  );
  const without = await asked(
    api.tokenOf('ada', { scopes: ['read'] }),
    'POST',
    '/v1/proposals',
    creation('tokens.less'),
  );
  expect([hintOf(beyond), hintOf(without)]).toEqual(Array(2).fill(expect.stringContaining('hoist token issue')));
});

it('makes, lists and revokes tokens for whoever operates it, and says when each was last used', async () => {
  const operator = api.tokenOf('ada', { scopes: ['operate'] });
  const made = await asked(operator, 'POST', '/v1/tokens', { actor: 'ben', scopes: ['read'], days: 1 });
  const { token, record } = made.body as { token: string; record: { id: string } };
  expect(record).toMatchObject({ actor: 'ben', lastUsedAt: null });
  expect(JSON.stringify(record)).not.toContain(token.slice(-10));
  expect((await asked(token, 'GET', '/v1/status')).status).toBe(200);
  const listed = (await asked(operator, 'GET', '/v1/tokens')).body as { tokens: { id: string; lastUsedAt: number }[] };
  expect(listed.tokens.find(({ id }) => id === record.id)?.lastUsedAt).toBeGreaterThan(0);
  await asked(operator, 'DELETE', `/v1/tokens/${record.id}`);
  expect((await asked(token, 'GET', '/v1/status')).status).toBe(401);
  expect(await api.ask('GET', '/v1/tokens')).toMatchObject({ status: 401 });
});

it.each([
  ['to propose for somebody whom the directory does not list', 'mallory', ['read', 'propose'], 'does not list them'],
  ['to approve for somebody whom the directory does not list', 'mallory', ['approve'], 'fleet/people.json'],
  ['to read for somebody who has left', 'dora', ['read'], 'not active any more'],
])('makes no token %s, and says what to do', async (_what, actor, scopes, told) => {
  const operator = api.tokenOf('ada', { scopes: ['operate'] });
  const { status, body } = await asked(operator, 'POST', '/v1/tokens', { actor, scopes });
  expect({ status, body }).toMatchObject({ status: 409, body: { code: 'FH_REFUSED' } });
  expect(JSON.stringify(body)).toContain(told);
  // To somebody who has left it is not said under which scopes a token would be made all the same.
  expect(JSON.stringify(body).includes('made for any name')).toBe(actor !== 'dora');
});

it('makes a token to read and to kill for any name, and writes one of the directory as it stands there', async () => {
  const operator = api.tokenOf('ada', { scopes: ['operate'] });
  const madeFor = async (actor: string, scopes: readonly string[]) =>
    (await asked(operator, 'POST', '/v1/tokens', { actor, scopes })).body as { token: string };
  expect(await madeFor(' Ben', ['propose'])).toMatchObject({ record: { actor: 'ben' } });
  const { token } = await madeFor('watch.tower', ['read', 'kill']);
  await api.as('cara', 'POST', '/v1/proposals?wait=10', creation('tokens.killed'));
  const killed = { flagKey: 'tokens.killed', kind: 'killed', basedOn: null, proposedAt: 0 };
  const change = { id: 'kill-by-tower', reason: 'It charges twice' };
  expect(await asked(token, 'POST', '/v1/proposals?wait=10', { ...killed, change })).toMatchObject({
    body: { outcome: { outcome: 'accepted' } },
  });
});

describe('tokens that are kept', () => {
  const notes = new Map<string, string>();
  const store = keptTokens({
    all: () => [...notes.values()],
    put: (id, text) => notes.set(id, text),
    delete: (id) => notes.delete(id),
  });
  let now = 1_000_000;
  let made = 0;
  const secret = (bytes: number): string => {
    made += 1;
    return String(made).padStart(Math.ceil((bytes * 4) / 3), '0');
  };
  const started = () => new Tokens({ secret, now: () => now, store });
  const asked = { actor: 'ada', scopes: ['read'] as const, keyPrefix: '', madeBy: 'test', expiresAt: 9_000_000 };

  it('are good after the server was started anew, and their secrets are nowhere', () => {
    const first = started();
    const { token } = first.issue(asked);
    const ended = first.issue(asked, false).token;
    const revoked = first.issue(asked);
    first.revoke(revoked.record.id, 'ben');
    first.told(revoked.record.id);
    const short = first.issue({ ...asked, expiresAt: now + 10 });
    const secretOf = token.split('_')[2] as string;
    expect(JSON.stringify([...notes])).not.toContain(secretOf);
    now += 100_000;
    first.verify(token);
    now += 1;
    const second = started();
    expect(second.verify(token)).toMatchObject({ actor: 'ada' });
    expect(() => second.verify(ended)).toThrow('there is no such one');
    expect(() => second.verify(revoked.token)).toThrow('there is no such one');
    expect(() => second.verify(short.token)).toThrow('there is no such one');
    expect(notes.size).toBe(1);
    expect(started().list()).toEqual([expect.objectContaining({ lastUsedAt: now - 1 })]);
  });

  it('are good until the moment in which they expire, and not in it', () => {
    const tokens = started();
    const { token, record } = tokens.issue({ ...asked, expiresAt: now + 1_000 });
    now += 999;
    expect(tokens.verify(token)).toMatchObject({ actor: 'ada' });
    expect(started().verify(token)).toMatchObject({ actor: 'ada' });
    now += 1;
    expect(() => tokens.verify(token)).toThrow('it has expired at');
    expect(() => started().verify(token)).toThrow('there is no such one');
    expect([...notes.keys()]).not.toContain(record.id);
  });

  it('are good although a use of them cannot be kept', () => {
    const tokens = new Tokens({ secret, now: () => now, store: { ...store, all: () => [] } });
    const { token } = tokens.issue(asked);
    const full = new Tokens({
      secret,
      now: () => now,
      store: {
        ...store,
        put: () => {
          throw new Error('the disk is full');
        },
      },
    });
    expect(full.verify(token)).toMatchObject({ actor: 'ada' });
    expect(() => full.issue(asked)).toThrow('the disk is full');
  });

  it('are revoked at once on a full disk, and for good by the next revocation', () => {
    let isFull = false;
    const filling = {
      ...store,
      put: (kept: TokenRecord) => {
        if (isFull) throw new Error('the disk is full');
        store.put(kept);
      },
    };
    const tokens = new Tokens({ secret, now: () => now, store: filling });
    const { token, record } = tokens.issue(asked);
    isFull = true;
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(() => tokens.revoke(record.id, 'ben')).toThrow('the disk is full');
    expect(tokens.untold()).toEqual([]);
    expect(() => tokens.verify(token)).toThrow('there is no such one');
    expect(tokens.list().map(({ id }) => id)).not.toContain(record.id);
    isFull = false;
    tokens.revoke(record.id, 'ben');
    expect(() => started().verify(token)).toThrow('there is no such one');
    expect(() => tokens.revoke(record.id, 'ben')).toThrow(`token ${record.id}`);
  });
});

it('tells of a revocation that the server before it could not tell of', async () => {
  const notes = new Map<string, string>();
  const store = keptTokens({
    all: () => [...notes.values()],
    put: (id, text) => notes.set(id, text),
    delete: (id) => notes.delete(id),
  });
  const secret = (bytes: number): string => '0'.repeat(Math.ceil((bytes * 4) / 3));
  const before = new Tokens({ secret, now: () => 1_000, store });
  const { record } = before.issue({ actor: 'cara', scopes: [], keyPrefix: '', madeBy: 'ada', expiresAt: 9_000 });
  before.revoke(record.id, 'ben');

  const tokens = new Tokens({ secret, now: () => 2_000, store });
  const next = await startApi({ server: () => ({ tokens }) });
  await next.pass(10_000);
  expect(await next.world.audit.search({ type: 'TokenRevoked' })).toEqual([
    expect.objectContaining({ at: 1_000, detail: { tokenId: record.id, actor: 'ben', holder: 'cara' } }),
  ]);
  expect([...notes]).toEqual([]);
  await next.close();
});

describe('tokens of an identity provider', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const issuer = 'https://id.bank.example';
  const jwt = (claims: object, now: number, key = privateKey) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(issuer)
      .setAudience('flaghoist')
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(now / 1000) + 60)
      .sign(key);
  let oidc: FourEyes;
  beforeAll(async () => {
    const base = await startFourEyes();
    const keys = async () => publicKey;
    const { app, world } = base;
    void app;
    const directory = world.home.judging.directory;
    const policy = world.home.judging.policy;
    await base.close();
    const server = () => ({ oidc: { issuer, audience: 'flaghoist', keys } });
    oidc = Object.assign(base, await startApi({ directory, policy, server }));
  });
  afterAll(() => oidc.close());

  const ask = async (token: string, url = '/v1/status') =>
    oidc.ask('GET', url, undefined, { authorization: `Bearer ${token}` });

  it('are of who the directory says', async () => {
    const token = await jwt({ email: 'Ben' }, oidc.scheduler.now());
    expect((await ask(token)).status).toBe(200);
    expect(await ask(token, '/v1/tokens')).toMatchObject({ status: 403 });
  });

  it.each([
    [
      'of somebody whom the directory does not list',
      async () => jwt({ email: 'mallory' }, oidc.scheduler.now()),
      'mallory',
    ],
    ['of somebody who has left', async () => jwt({ email: 'dora' }, oidc.scheduler.now()), 'not active any more'],
    ['that do not say whose they are', async () => jwt({ name: 'ben' }, oidc.scheduler.now()), 'no claim email'],
    [
      'in the moment in which they expire',
      async () => jwt({ email: 'ben' }, Math.floor(oidc.scheduler.now() / 1000) * 1000 - 60_000),
      'ERR_JWT_EXPIRED',
    ],
    ['that have expired', async () => jwt({ email: 'ben' }, oidc.scheduler.now() - 120_000), 'ERR_JWT_EXPIRED'],
    [
      'signed by another key',
      async () => jwt({ email: 'ben' }, oidc.scheduler.now(), generateKeyPairSync('ed25519').privateKey),
      'ERR_JWS_SIGNATURE',
    ],
  ])('are refused %s', async (_what, make, told) => {
    const { status, body } = await ask(await make());
    expect({ status, body }).toMatchObject({ status: 401, body: { code: 'FH_TOKEN_NEEDED' } });
    expect((body as { detail: string }).detail).toContain(told);
  });
});

it('gives away no token that the trail cannot be told of, and revokes one in any case', async () => {
  const owner = api.tokenOf('ada', { scopes: ['operate'] });
  const ask = async (method: 'GET' | 'POST' | 'DELETE', path = '', body?: object) =>
    asked(owner, method, `/v1/tokens${path}`, body);
  const holders = async () =>
    ((await ask('GET')).body as { tokens: { actor: string }[] }).tokens.map((each) => each.actor);
  const kept = (await ask('POST', '', { actor: 'kept', scopes: ['read'] })).body as { record: { id: string } };
  const { bus } = api.world.region(api.world.home.region);
  bus.takeDown();
  expect(await ask('POST', '', { actor: 'never-given', scopes: ['read'] })).toMatchObject({ status: 503 });
  expect(await holders()).not.toContain('never-given');
  expect(await ask('DELETE', `/${kept.record.id}`)).toMatchObject({ status: 200 });
  expect(await holders()).not.toContain('kept');
  const revoked = async () =>
    (await api.world.audit.search({ type: 'TokenRevoked' })).filter(({ detail }) => detail['holder'] === 'kept');
  await api.pass(90_000);
  expect(await revoked()).toEqual([]);
  bus.bringUp();
  await api.pass(90_000);
  expect(await revoked()).toEqual([
    expect.objectContaining({ detail: { tokenId: kept.record.id, actor: 'ada', holder: 'kept' } }),
  ]);
});
