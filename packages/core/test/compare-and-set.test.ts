import * as fc from 'fast-check';
import { acknowledges, applyOutcomes, compareAndSet, type Held } from '../lib/compare-and-set.ts';
import { compareOrders } from '../lib/order.ts';

const held = (revision: number, digest = `digest-${revision}`, epoch = 1): Held => ({
  order: { epoch, revision },
  digest,
  documentDigest: `document-of-${digest}`,
  tombstone: false,
});

describe('compare-and-set', () => {
  it.each([
    // held, incoming, manifest, repair → write, outcome
    { has: null, comes: held(1), hasManifest: true, repair: false, write: true, outcome: 'applied' },
    { has: null, comes: held(1), hasManifest: false, repair: false, write: true, outcome: 'applied-incomplete' },
    { has: null, comes: held(1), hasManifest: true, repair: true, write: true, outcome: 'repaired' },
    { has: null, comes: held(1), hasManifest: false, repair: true, write: true, outcome: 'applied-incomplete' },
    { has: held(1), comes: held(2), hasManifest: true, repair: false, write: true, outcome: 'applied' },
    { has: held(1), comes: held(2), hasManifest: false, repair: false, write: true, outcome: 'applied-incomplete' },
    { has: held(1), comes: held(2), hasManifest: true, repair: true, write: true, outcome: 'repaired' },
    { has: held(9), comes: held(1, 'new home', 2), hasManifest: true, repair: false, write: true, outcome: 'applied' },
    { has: held(2), comes: held(2), hasManifest: true, repair: false, write: false, outcome: 'current' },
    { has: held(2), comes: held(2), hasManifest: false, repair: false, write: false, outcome: 'applied-incomplete' },
    { has: held(2), comes: held(2), hasManifest: true, repair: true, write: true, outcome: 'repaired' },
    { has: held(2), comes: held(2), hasManifest: false, repair: true, write: true, outcome: 'applied-incomplete' },
    { has: held(2), comes: held(2, 'other'), hasManifest: true, repair: false, write: false, outcome: 'conflict' },
    { has: held(2), comes: held(2, 'other'), hasManifest: false, repair: false, write: false, outcome: 'conflict' },
    { has: held(2), comes: held(2, 'other'), hasManifest: true, repair: true, write: true, outcome: 'repaired' },
    { has: held(3), comes: held(2), hasManifest: true, repair: false, write: false, outcome: 'stale' },
    { has: held(3), comes: held(2), hasManifest: false, repair: false, write: false, outcome: 'stale' },
    { has: held(3), comes: held(2), hasManifest: true, repair: true, write: false, outcome: 'stale' },
    { has: held(1, 'a', 2), comes: held(9), hasManifest: true, repair: false, write: false, outcome: 'stale' },
  ])(
    '$has.order meets $comes.order (manifest $hasManifest, repair $repair): $outcome',
    ({ has, comes, hasManifest, repair, write, outcome }) => {
      expect(compareAndSet(has, comes, { hasManifest, repair })).toEqual({ write, outcome });
    },
  );

  const revisions = fc.array(
    fc.record({ epoch: fc.integer({ min: 1, max: 2 }), revision: fc.integer({ min: 1, max: 6 }) }),
    { minLength: 1, maxLength: 12 },
  );

  it('ends on the newest, in whatever order and however often the messages come', () => {
    fc.assert(
      fc.property(revisions, fc.boolean(), (orders, hasManifest) => {
        let has: Held | null = null;
        for (const { epoch, revision } of orders) {
          const comes = held(revision, `${epoch}.${revision}`, epoch);
          const { write } = compareAndSet(has, comes, { hasManifest, repair: false });
          if (write) has = comes;
        }
        const newest = orders.reduce((a, b) => (compareOrders(a, b) >= 0 ? a : b));
        expect(has?.order).toEqual(newest);
      }),
    );
  });

  it('never lowers an order, and acknowledges only what the cache then holds or is past', () => {
    fc.assert(
      fc.property(
        fc.option(fc.tuple(fc.nat(3), fc.constantFrom('a', 'b'))),
        fc.tuple(fc.nat(3), fc.constantFrom('a', 'b')),
        fc.boolean(),
        fc.boolean(),
        (has, comes, hasManifest, repair) => {
          const before = has === null ? null : held(...has);
          const incoming = held(...comes);
          const { write, outcome } = compareAndSet(before, incoming, { hasManifest, repair });
          const after = write ? incoming : before;
          if (before !== null && after !== null)
            expect(compareOrders(after.order, before.order)).toBeGreaterThanOrEqual(0);
          if (acknowledges(outcome)) {
            expect(hasManifest).toBe(true);
            expect(after).toMatchObject({ order: incoming.order, digest: incoming.digest });
          }
        },
      ),
    );
  });

  it('acknowledges by some outcomes and not by others', () => {
    expect(applyOutcomes.filter(acknowledges)).toEqual(['applied', 'current', 'departed', 'repaired']);
  });
});
