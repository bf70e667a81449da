import * as z from 'zod/mini';
import { cacheVariables } from '../lib/cache-variables.ts';
import { count, filled, readVariables } from '../lib/variables.ts';

const schema = z.object({ TABLE: filled, EPOCH: count, ...cacheVariables });
const complete = {
  TABLE: 'flags',
  EPOCH: '7',
  CACHE_HOST: 'localhost',
  CACHE_PORT: '6379',
  CACHE_TLS: 'false',
  CACHE_USER: '',
  CACHE_NAME: 'flags-cache',
  CACHE_PASSWORD: 'none',
};

it('reads text as what it says', () => {
  expect(readVariables(schema, complete)).toEqual({
    ...complete,
    EPOCH: 7,
    CACHE_PORT: 6379,
    CACHE_TLS: false,
    CACHE_SHARDS: 1,
  });
});

it('encrypts unless a variable says not to', () => {
  const { CACHE_TLS: _, ...rest } = complete;
  expect(readVariables(schema, rest).CACHE_TLS).toBe(true);
});

it('names every variable that is missing or wrong', () => {
  expect(() => readVariables(schema, { ...complete, TABLE: undefined, CACHE_PORT: '65536' })).toThrow(
    /^set of environment variables is not valid: \/TABLE: .*; \/CACHE_PORT: /,
  );
});

it.each([
  ['TABLE', ''],
  ['EPOCH', '0'],
  ['EPOCH', '1.5'],
  ['EPOCH', 'x'],
  ['CACHE_HOST', ''],
  ['CACHE_PORT', '0'],
  ['CACHE_PORT', '65536'],
  ['CACHE_TLS', 'perhaps'],
  ['CACHE_NAME', ''],
  ['CACHE_PASSWORD', ''],
  ['CACHE_USER', undefined],
])('refuses %s=%j', (variable, value) => {
  expect(() => readVariables(schema, { ...complete, [variable]: value })).toThrow(`/${variable}: `);
});
