import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
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

it('withdraws for nobody what another one has proposed, though all of it lies under the key of the server', async () => {
  const notBefore = api.scheduler.now() + 3_600_000;
  await api.as('cara', 'POST', '/v1/proposals', { ...creation('tokens.later'), notBefore });
  expect(await api.as('ben', 'DELETE', '/v1/proposals/create-tokens.later?wait=5')).toMatchObject({ status: 403 });
  expect(await api.as('cara', 'DELETE', '/v1/proposals/create-tokens.later?wait=5')).toMatchObject({
    body: { outcome: { outcome: 'withdrawn', actor: 'cara' } },
  });
  expect(await api.as('cara', 'DELETE', '/v1/proposals/create-tokens.none')).toMatchObject({ status: 404 });
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
    ['of somebody whom the directory does not list', async () => jwt({ email: 'mallory' }, oidc.scheduler.now())],
    ['that has expired', async () => jwt({ email: 'ben' }, oidc.scheduler.now() - 120_000)],
    [
      'signed by another key',
      async () => jwt({ email: 'ben' }, oidc.scheduler.now(), generateKeyPairSync('ed25519').privateKey),
    ],
  ])('are refused %s', async (_what, make) => {
    expect(await ask(await make())).toMatchObject({ status: 401, body: { code: 'FH_TOKEN_NEEDED' } });
  });
});
