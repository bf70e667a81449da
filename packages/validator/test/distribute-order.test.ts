import fc from 'fast-check';
import { createDistributeHandler } from '../lib/handler.ts';
import { accepted, createRegion } from './support/region.ts';

const REVISIONS = 4;
const history = Array.from({ length: REVISIONS }, (_, index) => accepted({ epoch: 1, revision: index + 1 }));

/** How a replica comes to show a history: each REVISION once, in any order, and CURRENT as replication merges it. */
const arrivals = fc
  .record({
    revisions: fc.shuffledSubarray([...history.keys()], { minLength: REVISIONS }),
    /** Which revisions CURRENT ever shows here, ascending; the newest always. */
    shown: fc.subarray([...history.keys()].slice(0, -1)),
    /** Where in between the CURRENT writes fall. */
    places: fc.array(fc.nat(REVISIONS), { minLength: REVISIONS, maxLength: REVISIONS }),
  })
  .map(({ revisions, shown, places }) => {
    const currents = [...shown, REVISIONS - 1].map((index, place) => ({ index, place: places[place] ?? 0 }));
    const slots = currents.map(({ place }) => place).sort((a, b) => a - b);
    const writes: { item: 'CURRENT' | 'REVISION'; index: number }[] = [];
    for (let slot = 0; slot <= REVISIONS; slot += 1) {
      currents.forEach(({ index }, nth) => {
        if (slots[nth] === slot) writes.push({ item: 'CURRENT', index });
      });
      const index = revisions[slot];
      if (index !== undefined) writes.push({ item: 'REVISION', index });
    }
    return writes;
  });

it('publishes the newest accepted revision and expects each exactly once, whatever comes when and how often', async () => {
  await fc.assert(
    fc.asyncProperty(
      arrivals,
      fc.boolean(),
      fc.array(fc.record({ cold: fc.boolean(), again: fc.nat(20), after: fc.nat(3) }), { minLength: 9, maxLength: 9 }),
      async (writes, home, deliveries) => {
        const region = createRegion({ home });
        const seen: ReturnType<typeof region.tail.take> = [];
        let distribute = createDistributeHandler(region.ports);
        let waiting: typeof seen = [];
        for (const [step, { item, index }] of writes.entries()) {
          const envelope = history[index];
          if (envelope === undefined) throw new Error('no such revision');
          if (item === 'CURRENT') region.putCurrent(envelope);
          else region.putRevision(envelope);
          waiting.push(...region.tail.take());
          const delivery = deliveries[step];
          // In home CURRENT and REVISION come in one transaction, so nothing is delivered in between.
          if (home || delivery === undefined || delivery.after > 1) continue;
          if (delivery.cold) distribute = createDistributeHandler(region.ports);
          const repeated = seen[delivery.again];
          expect(await region.deliver([...waiting, ...(repeated === undefined ? [] : [repeated])], distribute)).toEqual(
            [],
          );
          seen.push(...waiting);
          waiting = [];
        }
        expect(await region.deliver([...waiting, ...seen], distribute)).toEqual([]);

        expect(region.published()).toContain(REVISIONS);
        expect(region.eventsOf('ChangeRejected')).toEqual([]);
        const rows = await region.verification.openRows(100);
        expect(rows.map(({ changeId }) => changeId).sort()).toEqual(history.map(({ change }) => change.id).sort());
        const asked = new Set(region.eventsOf('VerifyRequested').map(({ id }) => id));
        expect(asked.size).toBe(REVISIONS);
      },
    ),
    { numRuns: 100 },
  );
});
