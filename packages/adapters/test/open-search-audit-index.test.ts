import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import { describeAuditIndex } from '@flaghoist/in-memory/conformance/audit-index';
import type { Client } from '@opensearch-project/opensearch';
import { connectOpenSearch } from '../lib/connect/open-search.ts';
import { OpenSearchAuditIndex } from '../lib/open-search-audit-index.ts';
import { type OpenSearchServer, startOpenSearch } from './support/open-search-server.ts';

let server: OpenSearchServer;
let client: Client;
beforeAll(async () => {
  server = await startOpenSearch();
  client = connectOpenSearch({ node: server.node, region: 'eu-west-1', signed: false });
});
afterAll(async () => {
  await client.close();
  await server.stop();
});
beforeEach(() => server.forget());

const newIndex = (): OpenSearchAuditIndex => new OpenSearchAuditIndex({ client, index: 'audit' });
const document = (id: string, over: Partial<AuditDocument> = {}): AuditDocument => ({
  id,
  type: 'ChangeAccepted',
  region: 'eu-west-1',
  at: 1,
  detail: {},
  ...over,
});

describeAuditIndex(
  'OpenSearchAuditIndex',
  async () => {
    server.forget();
    return newIndex();
  },
  20,
);

it('names the stream in the path alone, and creates and searches only', async () => {
  const index = newIndex();
  await index.create([document('a')]);
  await index.existing(['a']);
  await index.search({ type: 'ChangeAccepted' });
  expect(server.requests).toEqual(['PUT /audit/_bulk', 'POST /audit/_search', 'POST /audit/_search']);
});

it('answers for each document by itself', async () => {
  server.bulkAnswers.set('busy', { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'full' } });
  server.bulkAnswers.set('down', { status: 503, error: { type: 'unavailable_shards_exception', reason: null } });
  server.bulkAnswers.set('barred', { status: 403, error: { type: 'security_exception', reason: 'no permissions' } });
  server.bulkAnswers.set('odd', { status: 400, error: { type: 'mapper_parsing_exception', reason: 'at is no date' } });
  const index = newIndex();
  await index.create([document('twice')]);
  expect(await index.create(['new', 'twice', 'busy', 'down', 'barred', 'odd'].map((id) => document(id)))).toEqual([
    { id: 'new', status: 'created' },
    { id: 'twice', status: 'exists' },
    { id: 'busy', status: 'failed', retryable: true, reason: '429 es_rejected_execution_exception: full' },
    { id: 'down', status: 'failed', retryable: true, reason: '503 unavailable_shards_exception: ' },
    { id: 'barred', status: 'failed', retryable: true, reason: '403 security_exception: no permissions' },
    { id: 'odd', status: 'failed', retryable: false, reason: '400 mapper_parsing_exception: at is no date' },
  ]);
});

it('pages through more documents than one answer holds, also at the same millisecond', async () => {
  const documents = Array.from({ length: 2_500 }, (_, place) => document(`id-${String(place).padStart(4, '0')}`));
  const index = newIndex();
  await index.create(documents);
  expect(await index.search({})).toEqual(documents);
  expect((await index.existing(documents.map(({ id }) => id))).size).toBe(2_500);
  expect(server.requests.filter((request) => request.endsWith('_search'))).toHaveLength(6);
});

it('asks for no more than it gives of a long trail', async () => {
  const documents = Array.from({ length: 5_000 }, (_, place) => document(`id-${String(place).padStart(4, '0')}`));
  const index = newIndex();
  await index.create(documents);
  server.requests.length = 0;
  expect(await index.newest({ type: 'ChangeAccepted' }, { limit: 10 })).toEqual(documents.slice(-10));
  expect(server.requests).toEqual(['POST /audit/_search']);
  expect(await index.newest({}, { limit: 1_500 })).toEqual(documents.slice(-1_500));
  expect(server.requests).toHaveLength(3);
});

it('is not available while the service is down, and recovers', async () => {
  const index = newIndex();
  server.outage = 503;
  const unavailable = { code: 'FH_UNAVAILABLE', retryable: true };
  await expect(index.create([document('a')])).rejects.toMatchObject(unavailable);
  server.outage = undefined;
  expect(await index.create([document('a')])).toEqual([{ id: 'a', status: 'created' }]);
  server.outage = 500;
  await expect(index.create([document('b')])).rejects.toMatchObject(unavailable);
  await expect(index.existing(['a'])).rejects.toMatchObject(unavailable);
  await expect(index.search({})).rejects.toMatchObject(unavailable);
});

it('signs its requests with the credentials of the environment', async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
  const signed = connectOpenSearch({ node: server.node, region: 'eu-west-1' });
  await new OpenSearchAuditIndex({ client: signed, index: 'audit' }).create([document('a')]);
  await signed.close();
  for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  expect(server.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=id\/\d{8}\/eu-west-1\/es\/aws4_request/);
});
