import { acknowledges } from '@flaghoist/core/compare-and-set';
import { compareOrders, orderOf } from '@flaghoist/core/order';
import fc from 'fast-check';
import { FLAG, Region, revisionOf } from './support/region.ts';

const REVISIONS = 6;

const spreads = [
  {},
  { audience: ['payments'], departed: ['accounts'] },
  { audience: ['accounts'], departed: ['payments'] },
];
const envelopes = Array.from({ length: REVISIONS }, (_, index) =>
  index === 4
    ? revisionOf(index + 1, { kind: 'archived', flagState: 'archived', document: null })
    : revisionOf(index + 1, spreads[index % spreads.length]),
);

/** Deliveries of all revisions, some more than once, in any order and any batches. */
const histories = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: REVISIONS - 1 }), { maxLength: 12 }),
    fc.shuffledSubarray([...envelopes.keys()], { minLength: REVISIONS }),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 18, maxLength: 18 }),
  )
  .chain(([again, once, sizes]) =>
    fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }).map((deliveries) => ({
      deliveries,
      sizes,
    })),
  );

it('ends on the newest order whatever the order and number of deliveries, and claims no more than is held', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.constantFrom('payments', 'accounts'), async ({ deliveries, sizes }, service) => {
      const region = await new Region().ready();
      let from = 0;
      for (const size of sizes) {
        const batch = deliveries.slice(from, from + size).flatMap((index) => envelopes[index] ?? []);
        from += size;
        if (batch.length === 0) break;
        const before = region.lines.length;
        expect(await region.apply(service, ...batch)).toEqual({ batchItemFailures: [] });

        const { held } = region.cache.peek(service, FLAG);
        for (const line of region.lines.slice(before)) {
          // An acknowledgement is true at every later moment too: orders never shrink.
          expect(compareOrders(held?.order ?? { epoch: 0, revision: 0 }, line.heldOrder)).toBeGreaterThanOrEqual(0);
          if (acknowledges(line.outcome)) {
            expect(compareOrders(line.heldOrder, line.messageOrder)).toBeGreaterThanOrEqual(0);
          }
        }
      }
      const newest = envelopes[REVISIONS - 1];
      expect(region.cache.peek(service, FLAG).held).toMatchObject({
        order: newest && orderOf(newest),
        digest: newest?.envelopeDigest,
      });
    }),
    { numRuns: 150 },
  );
});
