import { canonicalJson } from '@flaghoist/core/canonical-json';
import fc from 'fast-check';
import { isSameJson } from '../lib/same-json.ts';

const json = fc.jsonValue({ maxDepth: 3 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

it('tells JSON data apart exactly where their canonical forms differ', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      expect(isSameJson(one, structuredClone(one))).toBe(true);
      expect(isSameJson(one, other)).toBe(canonicalJson(one) === canonicalJson(other));
    }),
  );
});

it.each<[string, unknown, unknown]>([
  ['a member more', { a: 1 }, { a: 1, b: 2 }],
  ['a member less', { a: 1, b: 2 }, { a: 1 }],
  ['another name', { a: 1 }, { b: 1 }],
  ['a list for an object', {}, []],
  ['an item more', [1], [1, 2]],
  ['null for an object', { a: {} }, { a: null }],
  ['a member with the name of the prototype', { a: 1 }, JSON.parse('{"__proto__":{},"a":1}')],
])('sees %s', (_name, data, value) => {
  expect(isSameJson(data, value)).toBe(false);
});

it('takes members in any order', () => {
  expect(isSameJson({ a: 1, b: [{ c: null, d: 'x' }] }, { b: [{ d: 'x', c: null }], a: 1 })).toBe(true);
});
