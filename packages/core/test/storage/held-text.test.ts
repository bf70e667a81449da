import fc from 'fast-check';
import { digestOf } from '../../lib/canonical-json.ts';
import type { Held } from '../../lib/compare-and-set.ts';
import { decodeHeld, encodeHeld, HELD_FORM_IN_LUA } from '../../lib/storage/held-text.ts';

const held: fc.Arbitrary<Held> = fc.record({
  order: fc.record({
    epoch: fc.integer({ min: 1, max: 10 ** 6 - 1 }),
    revision: fc.integer({ min: 1, max: 10 ** 12 - 1 }),
  }),
  digest: fc.string().map(digestOf),
  documentDigest: fc.string().map(digestOf),
  tombstone: fc.boolean(),
});

it('gives back every entry that it has written', () => {
  fc.assert(fc.property(held, (entry) => expect(decodeHeld(encodeHeld(entry))).toEqual(entry)));
});

it('writes what the script can tell apart by one pattern', () => {
  const entry = { order: { epoch: 2, revision: 42 }, digest: 'aa', documentDigest: 'bb', tombstone: true };
  expect(encodeHeld(entry)).toBe('2 42 aa bb 1');
});

it('takes what is not of its form as absent', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(decodeHeld(text)).toBeNull()));
  for (const text of [
    '',
    '1 2 aa bb',
    '1 2 aa bb 2',
    '1 2 aa bb 1 ',
    '-1 2 aa bb 0',
    '1.5 2 aa bb 0',
    ' 1 2 aa bb 0',
  ]) {
    expect(decodeHeld(text)).toBeNull();
  }
});

it('has one form: the pattern of the script, which is the one that is read here', () => {
  expect(HELD_FORM_IN_LUA).toBe('^(%d+) (%d+) (%S+) (%S+) ([01])$');
});
