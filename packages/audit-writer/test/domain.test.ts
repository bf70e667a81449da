import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenSearchAuditIndex } from '@flaghoist/adapters/open-search-audit-index';
import { OpenSearchSettings } from '@flaghoist/adapters/open-search-settings';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import { describeAuditIndex } from '@flaghoist/in-memory/conformance/audit-index';
import { needs } from '@flaghoist/tools/needs';
import { findOpenSearch } from '@flaghoist/tools/open-search';
import { startSecureOpenSearch } from '@flaghoist/tools/secure-open-search';
import type { Client } from '@opensearch-project/opensearch';
import { type Trail, templateOf } from '../lib/bootstrap/trail.ts';
import { createBootstrapHandler } from '../lib/handler.ts';
import { allowedOf, clientAs, type Front, pastTheFront, roleOf, startFront } from './support/domain.ts';

/*
 * The domain of the trail on an OpenSearch with its security plugin. In front of it stands what AWS has there: paths.
 */

const tools = join(__dirname, '..', '..', 'tools');
const { describe, tool } = needs(() => findOpenSearch(tools, process.env), process.env);

const [MASTER, WRITER, SWEEP] = ['audit-writer.bootstrap', 'audit-writer.write', 'audit-writer.sweep'];
const trail: Trail = {
  stream: 'trail',
  writers: [roleOf(SWEEP), roleOf(WRITER)],
  readers: [roleOf(SWEEP)],
  master: roleOf(MASTER),
};
const log = { info: () => {}, warn: () => {}, error: () => {} };
const BEHIND = '/.ds-trail-000001';

const folder = mkdtempSync(join(tmpdir(), 'domain-'));
let server: Awaited<ReturnType<typeof startSecureOpenSearch>>;
let front: Front;
/** May do everything, and is asked past the front. */
let admin: Client;
const clients: Client[] = [];
const kept = (client: Client): Client => {
  clients.push(client);
  return client;
};

const bootstrap = (input: object = {}, over: Partial<Trail> = {}) =>
  createBootstrapHandler({
    settings: new OpenSearchSettings(kept(clientAs(front.node, MASTER))),
    trail: { ...trail, ...over },
    log,
  })(input);

const ask = async (client: Client, method: string, path: string, body?: object | string) => {
  const { statusCode, body: answer } = await client.transport
    .request({ method, path, ...(body === undefined ? {} : { body: body as Record<string, unknown> }) })
    .catch((error) => error.meta ?? Promise.reject(error));
  return { statusCode, answer };
};
const bulk = (...lines: object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const SECURITY = '/_plugins/_security/api';

/** As a release made it that knew one field less. */
const olderStream = async (): Promise<void> => {
  const { template, ...rest } = templateOf(trail);
  const { changeId: _, ...older } = template.mappings.properties;
  const mappings = { ...template.mappings, properties: older };
  await ask(admin, 'PUT', '/_index_template/trail', { ...rest, template: { ...template, mappings } });
  await ask(admin, 'PUT', '/_data_stream/trail');
};

const document = (id: string, over: Partial<AuditDocument> = {}): AuditDocument => ({
  id,
  type: 'ChangeAccepted',
  region: 'eu-west-1',
  at: 1,
  detail: { why: 'first' },
  ...over,
});

describe('the domain of the trail', () => {
  beforeAll(async () => {
    server = await startSecureOpenSearch(tools, tool(), { folder, master: roleOf(MASTER) });
    front = await startFront(server.endpoint);
    admin = kept(pastTheFront(server.endpoint, MASTER));
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await front?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await ask(admin, 'DELETE', '/_data_stream/trail');
    await ask(admin, 'DELETE', '/_index_template/trail');
    for (const name of ['trail_writer', 'trail_reader', 'snoop']) {
      await ask(admin, 'DELETE', `${SECURITY}/rolesmapping/${name}`);
      await ask(admin, 'DELETE', `${SECURITY}/roles/${name}`);
    }
    front.requests.length = 0;
    front.answersLeft = Number.POSITIVE_INFINITY;
  });

  describe('set up', () => {
    it('gives nobody a right before the stream has its shape, and is as wanted the next time', async () => {
      const first = await bootstrap();
      expect(first).toMatchObject({ outcome: 'applied', strangers: [] });
      expect(first.differences.map(({ setting, state }) => `${setting}: ${state}`)).toEqual([
        'template of the stream: missing',
        'data stream trail: missing',
        'role trail_writer: missing',
        'role trail_reader: missing',
        'who has trail_writer: missing',
        'who has trail_reader: missing',
      ]);
      const written = front.requests.filter(([what]) => what.includes(' PUT '));
      front.requests.length = 0;
      expect(await bootstrap()).toEqual({ outcome: 'as-wanted', differences: [], strangers: [] });
      expect(front.requests.filter(([what]) => what.includes(' PUT '))).toEqual([]);
      expect(written.map(([what]) => what.split('/').at(-1))).toEqual([
        'trail',
        'trail',
        'trail_writer',
        'trail_reader',
        'trail_writer',
        'trail_reader',
      ]);
    });

    it('goes on where it ended, whenever it dies', async () => {
      const reads = 6;
      for (const writes of [0, 1, 2, 2, 0]) {
        front.answersLeft = reads + writes;
        await expect(bootstrap()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
      }
      front.answersLeft = reads - 1;
      await expect(bootstrap()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
      front.answersLeft = Number.POSITIVE_INFINITY;
      expect((await bootstrap()).differences.map(({ setting }) => setting)).toEqual(['who has trail_reader']);
      expect(await bootstrap()).toMatchObject({ outcome: 'as-wanted' });
    });

    it('only tells, when it is asked to', async () => {
      expect(await bootstrap({ dryRun: true })).toMatchObject({ outcome: 'dry-run' });
      expect((await ask(admin, 'GET', '/_data_stream/trail')).statusCode).toBe(404);
    });

    it('takes back what is more than it should be', async () => {
      await bootstrap();
      const { answer } = await ask(admin, 'GET', `${SECURITY}/roles/trail_writer`);
      const [{ allowed_actions, ...index }] = answer.trail_writer.index_permissions;
      const { cluster_permissions } = answer.trail_writer;
      const more = [{ ...index, allowed_actions: [...allowed_actions, 'indices:data/write/delete'] }];
      await ask(admin, 'PUT', `${SECURITY}/roles/trail_writer`, { cluster_permissions, index_permissions: more });
      await ask(admin, 'PUT', `${SECURITY}/rolesmapping/trail_reader`, {
        backend_roles: [...trail.readers, roleOf('curious')],
        users: ['eve'],
      });
      expect(await bootstrap()).toEqual({
        outcome: 'applied',
        differences: [
          {
            setting: 'role trail_writer',
            state: 'different',
            gives: [],
            takes: ['indices:data/write/delete on trail'],
          },
          {
            setting: 'who has trail_reader',
            state: 'different',
            gives: [],
            takes: [roleOf('curious'), 'the user eve'],
          },
        ],
        strangers: [],
      });
      expect(await bootstrap()).toMatchObject({ outcome: 'as-wanted' });
    });

    it('gives somebody more only when it is asked to, and otherwise changes nothing at all', async () => {
      await bootstrap();
      await ask(admin, 'DELETE', `${SECURITY}/roles/trail_writer`);
      const readers = [...trail.readers, roleOf('auditors')];
      expect(await bootstrap({}, { readers })).toMatchObject({
        outcome: 'refused',
        differences: [
          { setting: 'role trail_writer', state: 'missing' },
          { setting: 'who has trail_reader', state: 'different', gives: [roleOf('auditors')], takes: [] },
        ],
      });
      expect((await ask(admin, 'GET', `${SECURITY}/roles/trail_writer`)).statusCode).toBe(404);
      expect(await bootstrap({ widen: true }, { readers })).toMatchObject({ outcome: 'applied' });
      expect(await bootstrap({}, { readers })).toMatchObject({ outcome: 'as-wanted' });
    });

    it('lifts no restriction unasked', async () => {
      await bootstrap();
      await ask(admin, 'PUT', `${SECURITY}/roles/trail_reader`, {
        index_permissions: [
          { index_patterns: ['trail'], allowed_actions: ['indices:data/read/search'], dls: '{"term":{"region":"x"}}' },
        ],
      });
      expect(await bootstrap()).toMatchObject({ outcome: 'refused' });
    });

    it('names who reaches the trail by another role, and leaves him', async () => {
      await bootstrap();
      await ask(admin, 'PUT', `${SECURITY}/roles/snoop`, {
        index_permissions: [{ index_patterns: ['.ds-tr*'], allowed_actions: ['read'] }],
      });
      await ask(admin, 'PUT', `${SECURITY}/rolesmapping/snoop`, { backend_roles: [roleOf('eve')] });
      const { answer: before } = await ask(admin, 'GET', `${SECURITY}/rolesmapping/all_access`);
      await ask(admin, 'PUT', `${SECURITY}/rolesmapping/all_access`, {
        backend_roles: [...before.all_access.backend_roles, roleOf('mallory')],
      });
      const found = await bootstrap();
      await ask(admin, 'PUT', `${SECURITY}/rolesmapping/all_access`, { backend_roles: [roleOf(MASTER)] });
      expect(found.outcome).toBe('as-wanted');
      expect([...found.strangers].sort()).toEqual([`all_access: ${roleOf('mallory')}`, `snoop: ${roleOf('eve')}`]);
    });

    it('adds the fields that a later release knows, to the stream that is there', async () => {
      await olderStream();
      const { differences } = await bootstrap();
      expect(differences.slice(0, 2).map(({ setting, state }) => `${setting}: ${state}`)).toEqual([
        'template of the stream: different',
        'fields of the stream: different',
      ]);
      expect(await bootstrap()).toMatchObject({ outcome: 'as-wanted' });
    });

    it('changes nothing of a stream that somebody else made', async () => {
      await ask(admin, 'PUT', '/_index_template/trail', { index_patterns: ['trail'], data_stream: {} });
      await ask(admin, 'PUT', '/_data_stream/trail');
      await expect(bootstrap()).rejects.toMatchObject({
        code: 'FH_INVALID_INPUT',
        message: expect.stringContaining('its time is @timestamp, not at'),
      });
      expect(front.requests.filter(([what]) => what.includes(' PUT '))).toEqual([]);
    });

    it('switches the log of the domain on, and leaves all else of it', async () => {
      const before = (await ask(admin, 'GET', `${SECURITY}/audit`)).answer.config;
      await ask(admin, 'PUT', `${SECURITY}/audit/config`, { ...before, enabled: false });
      await bootstrap();
      expect((await ask(admin, 'GET', `${SECURITY}/audit`)).answer.config).toEqual(before);
    });

    it('needs every request that its policy allows, and no other', async () => {
      await olderStream();
      const { config } = (await ask(admin, 'GET', `${SECURITY}/audit`)).answer;
      await ask(admin, 'PUT', `${SECURITY}/audit/config`, { ...config, enabled: false });
      await bootstrap();
      await ask(admin, 'DELETE', '/_data_stream/trail');
      await bootstrap();
      const asked = new Set(front.requests.map(([what]) => what.replace(`${MASTER} `, '')));
      expect(front.requests.filter(([, status]) => status === 403)).toEqual([]);
      expect([...asked].sort()).toEqual(allowedOf(MASTER).sort());
    });
  });

  describe('the writer', () => {
    const index = (name: string) =>
      new OpenSearchAuditIndex({ client: kept(clientAs(front.node, name)), index: 'trail' });
    const stored = async () => {
      await ask(admin, 'POST', '/trail/_refresh');
      const { answer } = await ask(admin, 'POST', '/trail/_search', {});
      return answer.hits.hits.map(({ _id, _source }: { _id: string; _source: AuditDocument }) => [_id, _source.detail]);
    };

    it('gets events back while nothing is set up, and makes nothing by itself', async () => {
      await expect(index(WRITER).create([document('a')])).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
      expect((await ask(admin, 'GET', '/trail')).statusCode).toBe(404);
    });

    it('creates, and what is there stays as it is; the sweep finds it', async () => {
      await bootstrap();
      expect(await index(WRITER).create([document('a'), document('b')])).toMatchObject([
        { status: 'created' },
        { status: 'created' },
      ]);
      const again = document('a', { detail: { why: 'second' } });
      expect(await index(SWEEP).create([again])).toEqual([{ id: 'a', status: 'exists' }]);
      expect(await stored()).toEqual([
        ['a', { why: 'first' }],
        ['b', { why: 'first' }],
      ]);
      expect(await index(SWEEP).existing(['a', 'c'])).toEqual(new Set(['a']));
      await expect(index(WRITER).existing(['a'])).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
    });

    it.each<[string, string, string, object | string | undefined]>([
      ['overwrites nothing', 'POST', '/trail/_bulk', bulk({ index: { _id: 'a' } }, { at: 2 })],
      ['updates nothing', 'POST', '/trail/_bulk', bulk({ update: { _id: 'a' } }, { doc: { at: 2 } })],
      ['deletes nothing', 'POST', '/trail/_bulk', bulk({ delete: { _id: 'a' } })],
      [
        'names no other index',
        'POST',
        '/trail/_bulk',
        bulk({ index: { _index: '.ds-trail-000001', _id: 'a', if_seq_no: 0, if_primary_term: 1 } }, { at: 2 }),
      ],
      ['puts no document', 'PUT', '/trail/_doc/a', { at: 2 }],
      ['deletes nothing by query', 'POST', '/trail/_delete_by_query', { query: { match_all: {} } }],
      ['updates nothing by query', 'POST', '/trail/_update_by_query', { query: { match_all: {} } }],
      ['deletes no document behind the stream', 'DELETE', `${BEHIND}/_doc/a`, undefined],
      ['updates no document behind the stream', 'POST', `${BEHIND}/_update/a`, { doc: { at: 2 } }],
      ['overwrites nothing behind the stream unseen', 'PUT', `${BEHIND}/_doc/a`, { at: 2 }],
      ['does not delete the stream', 'DELETE', '/_data_stream/trail', undefined],
      ['does not delete the index behind it', 'DELETE', BEHIND, undefined],
      ['does not roll the stream over', 'POST', '/trail/_rollover', {}],
      ['does not change its fields', 'PUT', '/trail/_mapping', { properties: { x: { type: 'keyword' } } }],
      ['reads nothing', 'POST', '/trail/_search', {}],
      ['gives itself no right', 'PUT', `${SECURITY}/rolesmapping/all_access`, { backend_roles: [roleOf(WRITER)] }],
    ])('%s, also past the front', async (_what, method, path, body) => {
      await bootstrap();
      await index(WRITER).create([document('a')]);
      const { statusCode, answer } = await ask(kept(pastTheFront(server.endpoint, WRITER)), method, path, body);
      if (statusCode === 200) expect(answer).toMatchObject({ errors: true });
      else expect([400, 403]).toContain(statusCode);
      expect(await stored()).toEqual([['a', { why: 'first' }]]);
    });

    it('is kept from the index behind the stream by its paths, for its right inside would let it overwrite there', async () => {
      await bootstrap();
      await index(WRITER).create([document('a')]);
      const path = `${BEHIND}/_doc/a?if_seq_no=0&if_primary_term=1`;
      const forged = { ...document('a', { detail: { why: 'forged' } }) };
      expect((await ask(kept(clientAs(front.node, WRITER)), 'PUT', path, forged)).statusCode).toBe(403);
      expect(await stored()).toEqual([['a', { why: 'first' }]]);
      expect((await ask(kept(pastTheFront(server.endpoint, WRITER)), 'PUT', path, forged)).statusCode).toBe(200);
    });

    it('and the sweep need every request that their policies allow', async () => {
      await bootstrap();
      front.requests.length = 0;
      await index(WRITER).create([document('a')]);
      await index(SWEEP).create([document('a')]);
      await index(SWEEP).existing(['a']);
      expect(front.requests.map(([what]) => what)).toEqual([
        ...allowedOf(WRITER).map((request) => `${WRITER} ${request}`),
        ...allowedOf(SWEEP).map((request) => `${SWEEP} ${request}`),
      ]);
    });
  });

  it('lets who only reads write nothing', async () => {
    await bootstrap({}, { readers: [roleOf('auditors')] });
    const auditors = kept(pastTheFront(server.endpoint, 'auditors'));
    expect((await ask(auditors, 'POST', '/trail/_search', {})).statusCode).toBe(200);
    const { statusCode } = await ask(auditors, 'POST', '/trail/_bulk', bulk({ create: { _id: 'x' } }, { at: 1 }));
    expect(statusCode).toBe(403);
    expect((await ask(kept(pastTheFront(server.endpoint, 'somebody')), 'POST', '/trail/_search', {})).statusCode).toBe(
      403,
    );
  });

  // What is created is found once it is refreshed, which the domain does every second by itself.
  let streams = 0;
  describeAuditIndex(
    'OpenSearchAuditIndex on OpenSearch',
    async () => {
      const pattern = { ...templateOf(trail), index_patterns: ['conformance-*'] };
      await ask(admin, 'PUT', '/_index_template/conformance', pattern);
      streams += 1;
      const stream = `conformance-${streams}`;
      await ask(admin, 'PUT', `/_data_stream/${stream}`);
      const real = new OpenSearchAuditIndex({ client: admin, index: stream });
      const refreshed = async <T>(answer: () => Promise<T>): Promise<T> => {
        await ask(admin, 'POST', `/${stream}/_refresh`);
        return answer();
      };
      return {
        create: (documents) => real.create(documents),
        existing: (ids) => refreshed(() => real.existing(ids)),
        search: (query) => refreshed(() => real.search(query)),
        newest: (query, page) => refreshed(() => real.newest(query, page)),
      };
    },
    3,
  );
});
