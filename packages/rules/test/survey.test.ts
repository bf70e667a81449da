import { canonicalJson } from '@flaghoist/core/canonical-json';
import fc from 'fast-check';
import { surveyOf } from '../lib/survey.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\t', '\u0000', '\u001f', '\u007f', '\u00e4', '\u20ac', '\ud83d\ude00'),
  }),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(-5e-324, -1.7976931348623157e308),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, text, number, fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 5 }),
  object: fc.dictionary(text, tie('value'), { maxKeys: 5 }),
})).value;

it('never says fewer bytes than canonical JSON takes', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(surveyOf(value).bytesAtMost).toBeGreaterThanOrEqual(Buffer.byteLength(canonicalJson(value)));
    }),
    { numRuns: 3_000 },
  );
});

it('is within a twentieth of the bytes of plain text, so that sizes near a limit need not be computed', () => {
  const lines = Array.from(
    { length: 1_000 },
    (_, index) => `Line ${index} of a text that nobody has to escape, as most are.`,
  );
  expect(surveyOf(lines).bytesAtMost).toBeLessThan(1.05 * Buffer.byteLength(canonicalJson(lines)));
});
