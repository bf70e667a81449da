import fc from 'fast-check';
import { variantTexts } from '../lib/variant-texts.ts';

const beside = (value: number, other: number): string =>
  variantTexts(new Map(Object.entries({ value, other }))).get('value') ?? '';

it.each([
  [1, '1.0'],
  [-0, '0.0'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991.0'],
  [1e20, '100000000000000000000.0'],
  [1e21, '1e+21'],
  [-1e21, '-1e+21'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [1e-7, '1e-7'],
  [5e-324, '5e-324'],
])('writes %d beside a fraction as a number of JSON that has a fraction or an exponent', (value, text) => {
  expect(beside(value, 0.5)).toBe(text);
});

it('writes each number beside a fraction so that JSON reads the same number, and no reader takes it for a whole one', () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.integer({ min: -308, max: 308 }).map((exponent) => Number(`1e${exponent}`)),
  );
  fc.assert(
    fc.property(numbers, (value) => {
      const text = beside(value, 0.5);
      // Which sign a zero has, JSON does not keep.
      expect(JSON.parse(text)).toBe(value === 0 ? 0 : value);
      expect(text).toMatch(/[.e]/);
    }),
  );
});

it('writes numbers as they are where none has a fraction, and texts always', () => {
  expect([beside(1, 2), beside(1e21, 2)]).toEqual(['1', '1e+21']);
  expect(variantTexts(new Map<string, unknown>(Object.entries({ text: '1', half: 0.5 }))).get('text')).toBe('"1"');
});
