import fc from 'fast-check';
import { treeOf } from '../lib/normalise-value.ts';
import { ABSENT, brief, identity, isNothing, originalOf, shown } from '../lib/tree.ts';

const nothings = [null, '', [], {}, { a: null, b: [] }, '[]', '{}'];

it.each(nothings)('%j says nothing', (value) => {
  expect(isNothing(treeOf(value))).toBe(true);
  expect(identity(treeOf(value))).toBe(identity(ABSENT));
});

it.each([false, 0, [null], { a: { b: 0 } }, '[0]'])('%j says something', (value) => {
  expect(isNothing(treeOf(value))).toBe(false);
  expect(identity(treeOf(value))).not.toBe(identity(ABSENT));
});

describe('the identity of a deployed value', () => {
  it('does not see marks of secrecy, nor members that say nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...nothings), (value, nothing) => {
        const plain = identity(treeOf({ value }));
        expect(identity(treeOf({ value, nothing }))).toBe(plain);
        expect(identity(treeOf({ value }, { sensitive: { value: true } }))).toBe(plain);
      }),
    );
  });

  it.each([
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [{ a: 1 }, { b: 1 }],
    [[1, null], [1]],
    ['{"a":1}', { a: 1 }],
    ['1', 1],
  ])('parts %j from %j', (a, b) => {
    expect(identity(treeOf(a))).not.toBe(identity(treeOf(b)));
  });

  it('parts what is known only after apply from everything else', () => {
    const unknown = treeOf(null, { unknown: true });
    expect(identity(unknown)).not.toBe(identity(ABSENT));
    expect(identity(unknown)).not.toBe(identity(treeOf('u')));
  });

  it('does not care for the order of members', () => {
    expect(identity(treeOf({ a: 1, b: { c: 2, d: 3 } }))).toBe(identity(treeOf({ b: { d: 3, c: 2 }, a: 1 })));
  });
});

it('gives back what a tree was made of, but not what is unknown', () => {
  const value = { list: [1, 'a'], policy: '{"a":1}', password: 'hunter2', id: null };
  const tree = treeOf(value, { sensitive: { password: true }, unknown: { id: true } });
  expect(originalOf(tree)).toEqual(value);
  expect(shown(tree)).toBe('{"id":"(known after apply)","list":[1,"a"],"password":"(sensitive)","policy":{"a":1}}');
});

it('is brief about members that say nothing', () => {
  expect(shown(brief(treeOf({ a: 1, b: null, c: [], d: { e: '' } })))).toBe('{"a":1}');
});
