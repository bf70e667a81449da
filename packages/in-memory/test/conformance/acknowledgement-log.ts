import type { Acknowledgement, AcknowledgementRow } from '@flaghoist/core/acknowledgement';
import { applyOutcomes } from '@flaghoist/core/compare-and-set';
import { UnavailableError } from '@flaghoist/core/errors';
import { compareOrders } from '@flaghoist/core/order';
import type { AcknowledgementLog, AcknowledgementQuery } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import fc from 'fast-check';

export interface AcknowledgementLogHarness {
  readonly log: AcknowledgementLog & AcknowledgementQuery;
  readonly clock: Clock;
  pass(ms: number): Promise<void>;
  /** Lets pass what a line needs to become visible. */
  settle(): Promise<void>;
}

export const lineOf = (over: Partial<Acknowledgement> = {}): Acknowledgement => ({
  event: 'flag.acknowledged',
  observer: 'updater',
  region: 'eu-west-1',
  service: 'payments',
  flagKey: 'checkout',
  changeId: 'change-0001',
  outcome: 'applied',
  heldOrder: { epoch: 1, revision: 1 },
  heldDigest: 'a'.repeat(64),
  messageOrder: { epoch: 1, revision: 1 },
  ageMs: 12,
  at: 0,
  ...over,
});

/** The highest order of each flag and service: an adapter may give a row per epoch. */
const highest = (rows: readonly AcknowledgementRow[]): AcknowledgementRow[] => {
  const byKey = new Map<string, AcknowledgementRow>();
  for (const row of rows) {
    const key = `${row.flagKey} ${row.service}`;
    const known = byKey.get(key);
    if (known === undefined || compareOrders(known.heldOrder, row.heldOrder) < 0) byKey.set(key, row);
  }
  return [...byKey.values()];
};

/** Runs a query to its end, over all pages. */
export const rowsOf = async (
  { log, pass }: AcknowledgementLogHarness,
  window: { from: number; to: number; flagKeys: readonly string[] },
): Promise<AcknowledgementRow[]> => {
  const queryId = await log.start(window);
  const rows: AcknowledgementRow[] = [];
  let next: string | undefined;
  for (let polls = 0; polls < 10_000; polls += 1) {
    const page = await log.results(queryId, next);
    if (page.status === 'failed') throw new Error('the query failed');
    if (page.status === 'running') {
      await pass(100);
      continue;
    }
    rows.push(...page.rows);
    if (page.next === undefined) return highest(rows);
    next = page.next;
  }
  throw new Error('the query never ended');
};

const byPlace = (a: AcknowledgementRow, b: AcknowledgementRow): number =>
  `${a.flagKey} ${a.service}` < `${b.flagKey} ${b.service}` ? -1 : 1;

/** @param create an empty log */
export const describeAcknowledgementLog = (
  name: string,
  create: () => Promise<AcknowledgementLogHarness>,
  runs = 100,
): void => {
  describe(`${name} as a log of acknowledgements`, () => {
    it('shows the highest order by flag and service', async () => {
      const harness = await create();
      const { log, clock, settle } = harness;
      const from = clock.now();
      log.write(lineOf({ heldOrder: { epoch: 1, revision: 2 } }));
      log.write(lineOf({ heldOrder: { epoch: 1, revision: 1 }, outcome: 'repaired' }));
      log.write(lineOf({ service: 'billing', heldOrder: { epoch: 2, revision: 1 }, outcome: 'stale' }));
      log.write(lineOf({ flagKey: 'search' }));
      await settle();
      const rows = await rowsOf(harness, { from, to: clock.now(), flagKeys: ['checkout', 'nothing'] });
      expect(rows.sort(byPlace)).toEqual([
        { flagKey: 'checkout', service: 'billing', heldOrder: { epoch: 2, revision: 1 } },
        { flagKey: 'checkout', service: 'payments', heldOrder: { epoch: 1, revision: 2 } },
      ]);
    });

    it('leaves out what was written seconds before or after the window', async () => {
      const harness = await create();
      const { log, clock, settle, pass } = harness;
      log.write(lineOf({ service: 'before' }));
      await pass(5_000);
      const from = clock.now();
      log.write(lineOf({ service: 'within' }));
      await pass(2_000);
      const to = clock.now();
      await pass(5_000);
      log.write(lineOf({ service: 'after', heldOrder: { epoch: 1, revision: 9 } }));
      await settle();
      const rows = await rowsOf(harness, { from, to, flagKeys: ['checkout'] });
      expect(rows.map(({ service }) => service)).toEqual(['within']);
    });

    it.each(applyOutcomes)('counts a line %s as holding, unless it is a conflict or incomplete', async (outcome) => {
      const harness = await create();
      const from = harness.clock.now();
      harness.log.write(lineOf({ outcome }));
      await harness.settle();
      const rows = await rowsOf(harness, { from, to: harness.clock.now(), flagKeys: ['checkout'] });
      expect(rows).toHaveLength(outcome === 'conflict' || outcome === 'applied-incomplete' ? 0 : 1);
    });

    it('starts ten queries a second and refuses the eleventh', async () => {
      const { log, clock, pass } = await create();
      const window = { from: clock.now(), to: clock.now(), flagKeys: ['checkout'] };
      for (let query = 0; query < 10; query += 1) await log.start(window);
      await expect(log.start(window)).rejects.toThrow(UnavailableError);
      await pass(900);
      await expect(log.start(window)).rejects.toThrow(UnavailableError);
      await pass(100);
      await expect(log.start(window)).resolves.toEqual(expect.any(String));
    });

    it('shows the same as going through all lines, whatever comes in whatever order', async () => {
      const line = fc.record({
        flagKey: fc.constantFrom('checkout', 'search'),
        service: fc.constantFrom('payments', 'billing', ...Array.from({ length: 70 }, (_, i) => `service-${i}`)),
        outcome: fc.constantFrom(...applyOutcomes),
        heldOrder: fc.record({ epoch: fc.integer({ min: 1, max: 2 }), revision: fc.integer({ min: 1, max: 5 }) }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (lines) => {
          const harness = await create();
          const from = harness.clock.now();
          for (const each of lines) harness.log.write(lineOf(each));
          await harness.settle();
          const rows = await rowsOf(harness, { from, to: harness.clock.now(), flagKeys: ['checkout', 'search'] });

          const expected = new Map<string, AcknowledgementRow>();
          for (const { flagKey, service, outcome, heldOrder } of lines) {
            if (outcome === 'conflict' || outcome === 'applied-incomplete') continue;
            const known = expected.get(`${flagKey} ${service}`);
            if (known && compareOrders(known.heldOrder, heldOrder) >= 0) continue;
            expected.set(`${flagKey} ${service}`, { flagKey, service, heldOrder });
          }
          expect(rows.sort(byPlace)).toEqual([...expected.values()].sort(byPlace));
        }),
        { numRuns: runs },
      );
    });
  });
};
