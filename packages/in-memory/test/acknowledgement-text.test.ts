import { type Acknowledgement, acknowledgementSchema } from '@flaghoist/core/acknowledgement';
import { applyOutcomes } from '@flaghoist/core/compare-and-set';
import { createLineWriter, discover } from '@flaghoist/in-memory/acknowledgement-text';
import fc from 'fast-check';
import * as z from 'zod/mini';

const orders = fc.record({ epoch: fc.integer({ min: 1, max: 3 }), revision: fc.integer({ min: 1, max: 4 }) });
/** Few values, so that lines share some of them; and some that JSON has to escape. */
const texts = fc.oneof(fc.constantFrom('payments', 'checkout', 'a"b', '\\', '\n'), fc.string({ unit: 'binary' }));

const lines: fc.Arbitrary<Acknowledgement> = fc.record({
  event: fc.constant('flag.acknowledged' as const),
  observer: fc.constantFrom('updater' as const, 'service' as const),
  region: texts,
  service: texts,
  flagKey: texts,
  changeId: texts,
  outcome: fc.constantFrom(...applyOutcomes),
  heldOrder: orders,
  heldDigest: fc.oneof(fc.constantFrom('0a', 'f0'), texts),
  messageOrder: orders,
  ageMs: fc.integer(),
  at: fc.nat(),
});

describe('the text of acknowledgement lines', () => {
  it('is, byte for byte, what JSON.stringify makes of them, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 30 }), (written) => {
        const write = createLineWriter();
        expect(written.map(write)).toEqual(written.map((line) => JSON.stringify(line)));
      }),
    );
  });

  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(lines, (line) => {
        expect(JSON.parse(JSON.stringify(line))).toMatchObject({ ...discover(JSON.stringify(line)) });
      }),
    );
  });

  it('has every field of the schema, in its order', () => {
    const line = fc.sample(lines, 1)[0] as Acknowledgement;
    const text = createLineWriter()(z.parse(acknowledgementSchema, line));
    expect(Object.keys(JSON.parse(text))).toEqual(Object.keys(acknowledgementSchema.shape));
  });
});
