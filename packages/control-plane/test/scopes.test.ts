import { refuseForeign } from '../lib/identity/trusted-request.ts';
import { creation } from './api.ts';
import { type FourEyes, startFourEyes } from './four-eyes.ts';

let api: FourEyes;
beforeAll(async () => {
  api = await startFourEyes();
});
afterAll(() => api.close());

const asked = (token: string, url: string, body: object) =>
  api.ask('POST', url, body, { authorization: `Bearer ${token}` });

it('a prefix is the beginning of a key, and not a part of it', async () => {
  const narrow = api.tokenOf('ada', { keyPrefix: 'checkout.' });
  expect(await asked(narrow, '/v1/proposals', creation('other.checkout.form'))).toMatchObject({
    status: 403,
    body: { code: 'FH_NOT_ALLOWED' },
  });
});

it('nobody approves what lies beyond the prefix of their token', async () => {
  const draft = await api.as('ada', 'POST', '/v1/drafts', creation('payments.form'));
  const { digest } = draft.body as { digest: string };
  const approval = { digest, rulesVersion: 2 };
  const narrow = api.tokenOf('ben', { keyPrefix: 'checkout.' });
  expect(await asked(narrow, '/v1/approvals', approval)).toMatchObject({ status: 403 });
  const own = api.tokenOf('ben', { keyPrefix: 'payments.' });
  expect(await asked(own, '/v1/approvals', approval)).toMatchObject({ status: 201 });
});

it('a page that was loaded from another port of this machine is answered no more than any other', () => {
  const host = '127.0.0.1:3524';
  expect(() => refuseForeign({ host, origin: `http://${host}` })).not.toThrow();
  for (const origin of ['http://127.0.0.1:8080', 'http://localhost:3524', 'https://127.0.0.1:3524', 'null'])
    expect(() => refuseForeign({ host, origin })).toThrow(expect.objectContaining({ code: 'FH_FOREIGN_REQUEST' }));
});
