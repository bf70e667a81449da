import { InvalidInputError, UnavailableError } from '@flaghoist/core/errors';
import fc from 'fast-check';
import { ReplyError } from 'ioredis';
import { JsonLogger } from '../lib/json-logger.ts';
import { sleeplessClock } from './support/clock.ts';

const logging = (fields = {}) => {
  const lines: string[] = [];
  const log = new JsonLogger({ clock: sleeplessClock(), fields, write: (line) => lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') };
};

it('writes one object per line: level, message, time and fields', () => {
  const { log, lines } = logging({ function: 'validator.accept' });
  log.info('change accepted', { flagKey: 'checkout' });
  log.warn('region not reached', { region: 'sa-east-1' });
  log.error('caches disagree');
  const frame = { at: 0, function: 'validator.accept' };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...frame, level: 'INFO', message: 'change accepted', flagKey: 'checkout' },
    { ...frame, level: 'WARN', message: 'region not reached', region: 'sa-east-1' },
    { ...frame, level: 'ERROR', message: 'caches disagree' },
  ]);
});

it('says where the function runs, whatever region a line is about', () => {
  const { log, last } = logging({ function: 'rollback.judge', region: 'us-east-1' });
  log.warn('change rolled back', { region: 'sa-east-1', services: ['cards'] });
  expect(last()).toMatchObject({ region: 'us-east-1', services: ['cards'] });
});

it('names an error by its code, with its hint and its cause', () => {
  const { log, last } = logging();
  const cause = new Error('socket hang up');
  log.error('not published', { error: new UnavailableError('the topic', 'Wait.', cause) });
  expect(last().error).toEqual({
    name: 'FH_UNAVAILABLE',
    code: 'FH_UNAVAILABLE',
    message: 'the topic is not available',
    hint: 'Wait.',
    retryable: true,
    cause: { name: 'Error', message: 'socket hang up', stack: expect.stringContaining('json-logger.test') },
  });
  log.error('refused', { error: Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }) });
  expect(last().error).toMatchObject({ code: 'EHOSTUNREACH' });
});

it.each([
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED', syscall: 'connect' }),
  Object.assign(new Error('getaddrinfo EAI_AGAIN cache'), { code: 'EAI_AGAIN' }),
  Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
  Object.assign(new Error('altnames do not match'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
  new ReplyError('NOAUTH Authentication required.'),
  new Error('Command timed out'),
])('needs no stack for what the network says: $message', (error) => {
  const { log, last } = logging();
  log.warn('away', { error: new UnavailableError('the cache', 'Wait.', error) });
  expect(last().error.cause).toMatchObject({ message: error.message });
  expect(last().error.cause).not.toHaveProperty('stack');
});

it('keeps the stack of what is wrong in the program', () => {
  const { log, last } = logging();
  for (const code of ['ERR_INVALID_ARG_TYPE', 'MODULE_NOT_FOUND', undefined]) {
    log.warn('wrong', { error: Object.assign(new TypeError('no'), { code }) });
    expect(last().error).toHaveProperty('stack');
  }
});

it('lets no field forge the frame or a line', () => {
  const { log, lines, last } = logging();
  log.info('calm\n{"level":"ERROR"}', { level: 'ERROR', message: 'forged', at: 5, note: 'a\r\nb\u2028c' });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toMatch(/[\r\n]/);
  expect(last()).toEqual({ level: 'INFO', message: 'calm\n{"level":"ERROR"}', at: 0, note: 'a\r\nb\u2028c' });
});

it('cuts what is too long, too wide or too deep, and says so', () => {
  const { log, lines, last } = logging();
  log.info('large', {
    text: 'x'.repeat(10_000),
    list: Array.from({ length: 1_000 }, (_, place) => place),
    deep: { a: { b: { c: { d: { e: 1 } } } } },
    error: new InvalidInputError('body', ['p'.repeat(50_000)], 'hint'),
  });
  expect(last().text).toHaveLength(2_048 + '… (10000 characters)'.length);
  expect(last().list.slice(-2)).toEqual([49, '… (1000 entries)']);
  expect(last().deep).toEqual({ a: { b: { c: '…' } } });
  expect(lines[0]?.length).toBeLessThan(10_000);
});

it('never throws, whatever it is given, and always writes one line of JSON', () => {
  const circular: Record<string, unknown> = { name: 'loop' };
  circular['self'] = circular;
  const hostile = {
    get field(): string {
      throw new Error('unreadable');
    },
    toJSON: () => {
      throw new Error('no');
    },
  };
  const { log, lines, last } = logging();
  log.info('odd', { circular, hostile, big: 10n, symbol: Symbol('s'), run: () => {}, map: new Map([['a', 1]]) });
  expect(last()).toMatchObject({ hostile: { field: '(unreadable)' }, big: '10', run: '(function)', map: [['a', 1]] });
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), (message, fields) => {
      const before = lines.length;
      log.info(message, fields);
      expect(lines).toHaveLength(before + 1);
      expect(lines.at(-1)).toMatch(/^[^\n]*\n$/);
      expect(last()).toMatchObject({ level: 'INFO', at: 0 });
    }),
  );
});
