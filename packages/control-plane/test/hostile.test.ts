import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { DigestMismatchError, UnavailableError } from '@flaghoist/core/errors';
import { readJsonBody } from '../lib/json-body.ts';
import { answerProblems } from '../lib/problem.ts';
import { creation, oneCache, startApi, type Tested } from './api.ts';

let api: Tested;
let port: number;
beforeAll(async () => {
  api = await startApi({ topology: oneCache });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
});
afterAll(() => api.close());

const nested = (levels: number): string => `${'{"!":['.repeat(levels)}1${']}'.repeat(levels)}`;
/** As text: what nests so deeply is written by no call that calls itself. */
const post = (url: string, payload: string) =>
  api.during(
    api.app.inject({
      method: 'POST',
      url,
      headers: { host: '127.0.0.1:3524', 'x-hoist-user': 'ada', 'content-type': 'application/json' },
      payload,
    }),
  );
const deep = (body: object): string => JSON.stringify(body).replace('"NESTED"', nested(5_000));

describe('a body', () => {
  it.each([
    ['/v1/proposals', { ...creation('deep.flag'), document: 'NESTED' }],
    ['/v1/plans', { ...creation('deep.flag'), document: 'NESTED' }],
    ['/v1/drafts', { ...creation('deep.flag'), document: 'NESTED' }],
    ['/v1/imports', { id: 'import-deep', reason: 'deep', file: { flags: { 'deep.flag': 'NESTED' } } }],
  ])('that nests without end is no defect of %s', async (url, body) => {
    const answer = await post(url, deep(body));
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('problem+json');
    expect(answer.json()).toMatchObject({
      code: 'FH_INVALID_INPUT',
      detail: expect.stringContaining('/…: nests deeper than 256 levels'),
    });
  });

  it('may nest as deeply as flags do', () => {
    const text = nested(100);
    expect(JSON.stringify(readJsonBody(text))).toBe(text);
  });

  it.each(['{"flags":{"a":{"variants":{"__proto__":1}}}}', '{"flags":{"a":{"variants":{"\\u005f_proto__":1}}}}'])(
    'names the one name that is not taken (%s)',
    (text) => {
      expect(() => readJsonBody(text)).toThrow('/flags/a/variants/__proto__: is a name that no member may have');
    },
  );

  it.each(['', 'nope', '{"a":1,}'])('that is no JSON is said to be none (%j)', (text) => {
    expect(() => readJsonBody(text)).toThrow(expect.objectContaining({ code: 'FH_INVALID_INPUT' }));
  });
});

/** Sends bytes as they are. */
const send = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        answer += chunk;
      })
      .on('close', () => resolve(answer))
      .on('error', reject)
      .end(text);
  });

describe('a problem with code and hint answers', () => {
  it.each([
    ['a path that is none', '/v1/flags/%E0%A4%A', 400],
    ['a name of any length', `/v1/flags/${'a'.repeat(300)}`, 414],
  ])('%s', async (_what, url, status) => {
    expect(await api.ask('GET', url)).toMatchObject({
      status,
      type: expect.stringContaining('problem+json'),
      body: { code: 'FH_INVALID_INPUT', status, hint: expect.any(String) },
    });
  });

  it.each([
    [
      'two lengths of one body',
      'POST /v1/plans HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['too many headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s', async (_what, text, status) => {
    const [head = '', body = ''] = (await send(text)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ code: 'FH_INVALID_INPUT', status, hint: expect.any(String) });
  });
});

describe('what is known of an error is said', () => {
  it.each([
    [Object.assign(new UnavailableError('the data folder', 'Make room.'), { code: 'FH_DATA_NOT_WRITABLE' }), 503],
    [new DigestMismatchError('envelope of a.flag', 'a', 'b'), 500],
  ])('%s', (error, status) => {
    const sent: { status?: number; body?: unknown } = {};
    const reply = {
      status: (code: number) => {
        sent.status = code;
        return reply;
      },
      type: () => reply,
      send: (body: unknown) => {
        sent.body = body;
      },
    };
    answerProblems(api.log)(error as never, { method: 'POST', url: '/v1/proposals' } as never, reply as never);
    expect(sent).toMatchObject({ status, body: { code: error.code, detail: error.message, hint: error.hint } });
  });
});
