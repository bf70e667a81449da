import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { textOf } from '@flaghoist/receipts/seal';
import { receiptKeyOf, signerOf } from '@flaghoist/receipts/signer';
import { verifyText } from '@flaghoist/receipts/verify';
import { creation, startApi, type Tested } from './api.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const receipts = { signer: signerOf(privateKey), keys: [receiptKeyOf(publicKey, 'embedded')] };

let api: Tested;
beforeAll(async () => {
  api = await startApi({ receipts });
});
afterAll(() => api.close());

it('gives a signed receipt of a change that has ended, with a row for each cache', async () => {
  await api.ask('POST', '/v1/proposals?wait=10', creation('checkout.kept'));
  const at = '/v1/flags/checkout.kept/changes/1.1/receipt';
  expect(await api.ask('GET', at)).toMatchObject({
    status: 409,
    body: { code: 'FH_REFUSED', detail: expect.stringContaining('nobody has decided it yet') },
  });
  await api.pass(60_000);
  const { status, body } = await api.ask('GET', at);
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      facts: {
        state: 'verified',
        proposedBy: { actor: 'ada', author: 'local:ada' },
        outcome: { knownGood: true },
        regions: ['us-east-1', 'eu-west-1', 'ap-south-1'].map((region) => ({
          region,
          verdict: 'consistent',
          holding: 4,
          publishedAt: expect.any(Number),
          instances: null,
        })),
      },
    },
  });
  const rows = (body as { rows: { verdict: string; evidence: string }[] }).rows;
  expect(rows.map(({ verdict, evidence }) => `${verdict} ${evidence}`)).toEqual(
    Array.from({ length: 12 }, () => 'consistent log-and-cache'),
  );
  const text = textOf(body);
  expect(verifyText(text, receipts.keys)).toMatchObject({ findings: [], keyId: receipts.signer.keyId });
  expect(await api.ask('GET', '/v1/changes/create-checkout.kept/receipt')).toMatchObject({
    status: 200,
    body: { facts: { flagKey: 'checkout.kept' } },
  });
  expect(await api.ask('GET', '/v1/changes/nobody-has-it/receipt')).toMatchObject({ status: 404 });
});

it('names the cache that made a change be taken back, with the finding', async () => {
  await api.ask('POST', '/v1/proposals?wait=10', creation('checkout.back'));
  await api.pass(60_000);
  api.world.region('eu-west-1').caches.breakService('consent', 'ignores-writes');
  const { document, ...update } = creation('checkout.back', 'update-back');
  await api.ask('POST', '/v1/proposals?wait=10', {
    ...update,
    kind: 'updated',
    basedOn: { epoch: 1, revision: 1 },
    document: { ...document, defaultVariant: 'on' },
  });
  await api.pass(60_000);
  api.world.region('eu-west-1').caches.heal('consent');
  const { body } = await api.ask('GET', '/v1/changes/update-back/receipt');
  const { facts, rows } = body as { facts: object; rows: { region: string; service: string; verdict: string }[] };
  expect(facts).toMatchObject({
    state: 'rolled-back',
    outcome: { revertOrder: { epoch: 1, revision: 3 }, blame: { region: 'eu-west-1', services: ['consent'] } },
  });
  const notSeen = rows.filter(({ verdict }) => verdict !== 'consistent');
  expect(notSeen).toEqual([
    expect.objectContaining({ region: 'eu-west-1', service: 'consent', verdict: 'inconsistent', reason: 'older' }),
  ]);
});

it('publishes its keys to whoever can reach it', async () => {
  const { status, body } = await api.ask('GET', '/.well-known/flaghoist-receipt-keys', undefined, {
    host: 'hoist.example',
  });
  const { environment, keys } = body as { environment: string; keys: { kid: string }[] };
  expect([status, environment, keys.map(({ kid }) => kid)]).toEqual([200, 'embedded', [receipts.signer.keyId]]);
  const [key] = keys;
  if (key === undefined) throw new Error('no key');
  expect(createPublicKey({ key, format: 'jwk' }).equals(publicKey)).toBe(true);
});
