import type { ChangeKey } from '@flaghoist/core/change';
import type { ExpectRow, VerificationStore } from '@flaghoist/core/ports/verification-store';
import { ENDED_SK, notesPk, OUTAGE_SK, ROW_COUNTERS, rowCounterSk, WINDOW } from '@flaghoist/core/storage/keys';
import type { Item } from '@flaghoist/core/storage/write';
import type { Look } from '@flaghoist/core/verdict';

const keyOf = (id: string): ChangeKey => ({
  changeId: `change-${id}`,
  flagKey: 'checkout',
  order: { epoch: 1, revision: 1 },
});

const row = (id: string, change: Partial<ExpectRow> = {}): ExpectRow => ({
  ...keyOf(id),
  kind: 'updated',
  envelopeDigest: 'a'.repeat(64),
  documentDigest: 'b'.repeat(64),
  audience: ['billing', 'search'],
  departed: ['mailer'],
  topologyVersion: 3,
  expectedAt: 1_700_000_000_000,
  answer: 'open',
  look: 1,
  refusal: null,
  ...change,
});

const answered = (id: string, look: Look = 1) => ({ ...keyOf(id), look });

const idsOf = (rows: readonly ExpectRow[]): string[] => rows.map(({ changeId }) => changeId);

interface Scene {
  readonly store: VerificationStore;
  /** What somebody else writes into the table. */
  readonly writeForeign: (item: Item) => Promise<void>;
}

const NONE_ADDED = Array.from({ length: ROW_COUNTERS }, () => 0);

/**
 * What every VerificationStore must do. Each test gets a new one.
 *
 * @param options.comparesTypes `false` for a server that answers with an error where DynamoDB says that text is no smaller number
 */
export const verificationStoreConformance = (
  create: () => Promise<Scene>,
  { comparesTypes = true }: { readonly comparesTypes?: boolean } = {},
): void => {
  let store: VerificationStore;
  let writeForeign: Scene['writeForeign'];
  beforeEach(async () => {
    ({ store, writeForeign } = await create());
  });

  describe('rows', () => {
    it('are kept as they were written first', async () => {
      expect(await store.expect(row('1'))).toBe('written');
      expect(await store.expect(row('1', { kind: 'killed' }))).toBe('exists');
      expect(await store.row(keyOf('1'))).toEqual(row('1'));
      expect(await store.row(keyOf('2'))).toBeUndefined();
    });

    it('are of one revision of one flag: two may have one change id', async () => {
      const others = [row('1', { flagKey: 'checkout.form' }), row('1', { order: { epoch: 2, revision: 1 } })];
      for (const each of [row('1'), ...others]) expect(await store.expect(each)).toBe('written');
      await store.answer(answered('1'), 'consistent');
      for (const other of others) expect(await store.row(other)).toEqual(other);
      expect(await store.openRows(10)).toHaveLength(2);
    });

    it('stay answered when their stream record comes again', async () => {
      await store.expect(row('1'));
      await store.answer(answered('1'), 'consistent');
      expect(await store.expect(row('1'))).toBe('exists');
      expect(await store.row(keyOf('1'))).toEqual(row('1', { answer: 'consistent' }));
      expect(await store.openRows(10)).toEqual([]);
    });

    it('that are open come oldest first, up to the limit', async () => {
      await store.expect(row('c', { expectedAt: 1_700_000_000_300 }));
      await store.expect(row('a', { expectedAt: 1_700_000_000_100 }));
      await store.expect(row('b', { expectedAt: 1_700_000_000_200 }));
      expect(idsOf(await store.openRows(2))).toEqual(['change-a', 'change-b']);
      expect(idsOf(await store.openRows(10))).toEqual(['change-a', 'change-b', 'change-c']);
    });
  });

  describe('answers', () => {
    it.each(['consistent', 'inconsistent', 'refusing', 'unknown'] as const)('%s closes a row', async (verdict) => {
      await store.expect(row('1'));
      await store.answer(answered('1'), verdict);
      expect((await store.row(keyOf('1')))?.answer).toBe(verdict);
      expect(await store.openRows(10)).toEqual([]);
      expect(await store.unprovenRows()).toHaveLength(verdict === 'consistent' ? 0 : 1);
    });

    it('never replace a consistent one', async () => {
      await store.expect(row('1'));
      await store.answer(answered('1'), 'inconsistent');
      await store.answer(answered('1'), 'consistent');
      await store.answer(answered('1'), 'unknown');
      await store.answer(answered('1'), 'inconsistent');
      expect((await store.row(keyOf('1')))?.answer).toBe('consistent');
      expect(await store.unprovenRows()).toEqual([]);
    });

    it('for a row that is not there change nothing', async () => {
      await store.answer(answered('1'), 'consistent');
      expect(await store.row(keyOf('1'))).toBeUndefined();
    });

    it('are missing or not consistent in every unproven row', async () => {
      for (const id of ['open', 'unknown', 'inconsistent', 'consistent']) await store.expect(row(id));
      for (const id of ['unknown', 'inconsistent', 'consistent'] as const) await store.answer(answered(id), id);
      expect(idsOf(await store.unprovenRows()).sort()).toEqual([
        'change-inconsistent',
        'change-open',
        'change-unknown',
      ]);
    });
  });

  it('rows without a consistent answer come oldest first, with the answer that they have now', async () => {
    for (const [id, ms] of [
      ['c', 300],
      ['a', 100],
      ['b', 200],
    ] as const) {
      await store.expect(row(id, { expectedAt: 1_700_000_000_000 + ms }));
    }
    await store.answer(answered('b'), 'unknown');
    await store.answer(answered('b'), 'inconsistent');
    await store.answer(answered('c'), 'unknown');
    await store.reopen([keyOf('c')], 2);
    const found = (await store.unprovenRows()).map(({ changeId, answer }) => [changeId, answer]);
    expect(found).toEqual([
      ['change-a', 'open'],
      ['change-b', 'inconsistent'],
      ['change-c', 'open'],
    ]);
    expect((await store.openRows(10)).map(({ answer }) => answer)).toEqual(['open', 'open']);
  });

  describe('reopen', () => {
    it('opens what was answered and not consistent, and names what is not there', async () => {
      for (const id of ['open', 'unknown', 'inconsistent', 'consistent']) await store.expect(row(id));
      for (const id of ['unknown', 'inconsistent', 'consistent'] as const) await store.answer(answered(id), id);
      const asked = ['open', 'unknown', 'inconsistent', 'consistent', 'missing'].map(keyOf);
      const { missing, proven } = await store.reopen(asked, 2);
      expect(missing).toEqual([keyOf('missing')]);
      expect(proven).toEqual([row('consistent', { answer: 'consistent' })]);
      expect(idsOf(await store.openRows(10)).sort()).toEqual(['change-inconsistent', 'change-open', 'change-unknown']);
      expect((await store.row(keyOf('consistent')))?.answer).toBe('consistent');
    });

    it('moves a row on to the look that is meant, and never back', async () => {
      await store.expect(row('1'));
      await store.reopen([keyOf('1')], 2);
      await store.reopen([keyOf('1')], 1);
      expect((await store.openRows(10)).map(({ look }) => look)).toEqual([2]);
      await store.reopen([keyOf('1')], 3);
      expect(await store.row(keyOf('1'))).toMatchObject({ answer: 'open', look: 3 });
    });

    it('is not undone by the answer to an earlier look', async () => {
      await store.expect(row('1'));
      await store.reopen([keyOf('1')], 2);
      await store.answer(answered('1'), 'inconsistent');
      expect(await store.row(keyOf('1'))).toMatchObject({ answer: 'open', look: 2 });
      await store.answer(answered('1'), 'consistent');
      expect((await store.row(keyOf('1')))?.answer).toBe('consistent');
    });
  });

  describe('refusals', () => {
    it('belong to one revision of one flag', async () => {
      await store.expect(row('1', { refusal: 'FH-DOC-01' }));
      await store.expect(row('2', { order: { epoch: 1, revision: 2 } }));
      expect((await store.row(keyOf('1')))?.refusal).toBe('FH-DOC-01');
      expect(await store.refusalOf('checkout', { epoch: 1, revision: 1 })).toBe('FH-DOC-01');
      expect(await store.refusalOf('checkout', { epoch: 1, revision: 2 })).toBeUndefined();
      expect(await store.refusalOf('checkout', { epoch: 2, revision: 1 })).toBeUndefined();
      expect(await store.refusalOf('other', { epoch: 1, revision: 1 })).toBeUndefined();
    });
  });

  describe('what somebody else wrote', () => {
    const HOUR_MS = 3_600_000;

    const leases: readonly (readonly [string, Record<string, string | number>])[] = [
      ['ends never', { holder: 'eve' }],
      ['ends in a thousand years', { holder: 'eve', leaseUntil: 1_000 * 8_766 * HOUR_MS }],
      ['is held by a number', { holder: 7 }],
    ];
    const texts: typeof leases = [
      ['ends at a text', { holder: 'eve', leaseUntil: 'never' }],
      ['ends at a number as text', { holder: 'eve', leaseUntil: '1' }],
    ];
    it.each(comparesTypes ? [...leases, ...texts] : leases)(
      'a lease that %s is taken over, once',
      async (_, attributes) => {
        await writeForeign({ ...WINDOW, ...attributes });
        expect(await store.acquireLease('a', HOUR_MS, 20_000)).toMatchObject({ acquired: true });
        expect(await store.acquireLease('b', HOUR_MS, 20_000)).toEqual({ acquired: false });
        expect(await store.releaseLease('a', NONE_ADDED)).toBe(true);
      },
    );

    it('a counter that is no number counts anew, and keeps nobody from adding rows or giving the lease back', async () => {
      for (let counter = 0; counter < ROW_COUNTERS; counter += 1)
        await writeForeign({ pk: WINDOW.pk, sk: rowCounterSk(counter), rowsAdded: 'many' });
      expect(await store.expect(row('1'))).toBe('written');
      const lease = await store.acquireLease('a', 2_000, 20_000);
      expect(await store.expect(row('2'))).toBe('written');
      expect(await store.releaseLease('a', lease.acquired ? lease.rowsAdded : [])).toBe(false);
      const again = await store.acquireLease('a', 2_000, 20_000);
      expect(await store.releaseLease('a', again.acquired ? again.rowsAdded : [])).toBe(true);
    });

    it.each([
      ['no times', { error: 'READONLY' }],
      ['times that are texts', { error: 'READONLY', since: '1', lastAt: '2' }],
      ['no error', { since: 1, lastAt: 2 }],
    ])('an outage with %s is none, is named, and gives way to one that begins', async (_, attributes) => {
      await writeForeign({ pk: notesPk('redis-1'), sk: OUTAGE_SK, ...attributes });
      await writeForeign({ pk: notesPk('redis-1'), sk: ENDED_SK, since: 'x' });
      const read = () => store.redisNotes('redis-1', 120_000, 60_000);
      expect(await read()).toMatchObject({ outage: null, ended: null, foreign: [ENDED_SK, OUTAGE_SK] });
      await store.noteFailedWrites({ redis: 'redis-1', count: 1, error: 'READONLY', at: 120_000 });
      const { outage } = await read();
      expect(outage).toEqual({ since: 120_000, error: 'READONLY', lastAt: 120_000 });
      if (outage !== null) expect(await store.endOutage('redis-1', outage, 130_000)).toBe(true);
      expect((await read()).foreign).toBeUndefined();
    });
  });

  describe('the lease', () => {
    it('has one holder, who may renew it', async () => {
      expect(await store.acquireLease('a', 1_000, 20_000)).toEqual({ acquired: true, rowsAdded: NONE_ADDED });
      expect(await store.acquireLease('b', 20_999, 20_000)).toEqual({ acquired: false });
      expect(await store.acquireLease('a', 20_999, 20_000)).toMatchObject({ acquired: true });
      expect(await store.acquireLease('b', 21_000, 20_000)).toEqual({ acquired: false });
    });

    it("is up for grabs when it has expired, and no longer its former holder's to give back", async () => {
      await store.acquireLease('a', 1_000, 20_000);
      expect(await store.acquireLease('b', 21_000, 20_000)).toMatchObject({ acquired: true });
      expect(await store.releaseLease('a', NONE_ADDED)).toBe(false);
      expect(await store.acquireLease('c', 22_000, 20_000)).toEqual({ acquired: false });
    });

    it('is free again once it was given back', async () => {
      await store.acquireLease('a', 1_000, 20_000);
      expect(await store.releaseLease('a', NONE_ADDED)).toBe(true);
      expect(await store.acquireLease('b', 1_001, 20_000)).toMatchObject({ acquired: true });
    });

    it.each<[string, (store: VerificationStore) => Promise<unknown>]>([
      ['a row was added', (under) => under.expect(row('2'))],
      ['a row was opened again', (under) => under.reopen([keyOf('1')], 2)],
    ])('is not given back when %s meanwhile', async (_what, meanwhile) => {
      await store.expect(row('1'));
      await store.answer(answered('1'), 'unknown');
      const lease = await store.acquireLease('a', 1_000, 20_000);
      const rowsAdded = lease.acquired ? lease.rowsAdded : [];
      await meanwhile(store);
      expect(await store.releaseLease('a', rowsAdded)).toBe(false);
      expect(await store.acquireLease('b', 1_001, 20_000)).toEqual({ acquired: false });
      const renewed = await store.acquireLease('a', 1_002, 20_000);
      expect(await store.releaseLease('a', renewed.acquired ? renewed.rowsAdded : [])).toBe(true);
    });

    it('is not given back over any of many rows that were added meanwhile', async () => {
      for (let number = 0; number < 40; number += 1) {
        const lease = await store.acquireLease('a', 1_000, 20_000);
        await store.expect(row(String(number)));
        expect(await store.releaseLease('a', lease.acquired ? lease.rowsAdded : [])).toBe(false);
      }
      const renewed = await store.acquireLease('a', 1_000, 20_000);
      expect(await store.releaseLease('a', renewed.acquired ? renewed.rowsAdded : [])).toBe(true);
    });

    it('may be given back over rows that came a second time', async () => {
      await store.expect(row('1'));
      const lease = await store.acquireLease('a', 1_000, 20_000);
      await store.expect(row('1'));
      await store.reopen([keyOf('1')], 1);
      expect(await store.releaseLease('a', lease.acquired ? lease.rowsAdded : [])).toBe(true);
    });
  });

  describe('failures of a cache', () => {
    const change = (changeId: string, flagKey = 'checkout', revision = 1) => ({
      changeId,
      flagKey,
      order: { epoch: 1, revision },
    });
    /** The ids of the changes that a cache has failed, with this one. */
    const failing = async (service: string, failed: ReturnType<typeof change>, now: number): Promise<string[]> =>
      (await store.recordFailure(service, failed, now, 600)).map(({ changeId }) => changeId).sort();

    it('are the distinct changes it failed within the window', async () => {
      expect(await failing('billing', change('change-1'), 1_000)).toEqual(['change-1']);
      expect(await failing('billing', change('change-1'), 1_100)).toEqual(['change-1']);
      expect(await failing('billing', change('change-2'), 1_200)).toEqual(['change-1', 'change-2']);
      expect(await failing('search', change('change-3'), 1_200)).toEqual(['change-3']);
      expect(await failing('billing', change('change-3'), 1_750)).toEqual(['change-2', 'change-3']);
    });

    it('are told apart by flag and order: an id is unique for its author only', async () => {
      const first = change('change-1');
      expect(await store.recordFailure('billing', first, 1_000, 600)).toEqual([first]);
      expect(await failing('billing', change('change-1', 'other'), 1_000)).toEqual(['change-1', 'change-1']);
      expect(await failing('billing', change('change-1', 'other', 2), 1_000)).toHaveLength(3);
      expect(await failing('billing', change('change-1', 'other', 2), 1_000)).toHaveLength(3);
    });

    it('count until the window is over, however often and in whichever order they are noted', async () => {
      await failing('billing', change('change-1'), 1_000);
      // Another function's clock may be behind.
      await failing('billing', change('change-1'), 900);
      expect(await failing('billing', change('change-2'), 1_599)).toEqual(['change-1', 'change-2']);
      expect(await failing('billing', change('change-2'), 1_600)).toEqual(['change-2']);
    });
  });

  describe('the notes of a Redis', () => {
    const MINUTE = 60_000;
    const WINDOW = 10 * MINUTE;
    const START = 1_700_000_040_000;
    const failed = (count: number, error: string | null, at: number, redis = 'shared-1') =>
      store.noteFailedWrites({ redis, count, error, at });

    it('are none where nothing was noted', async () => {
      expect(await store.redisNotes('shared-1', START, WINDOW)).toEqual({
        outage: null,
        ended: null,
        toldAt: 0,
        writesFailed: 0,
        wellAt: new Map(),
      });
    });

    it('add up the writes that it did not take, minute by minute, each Redis for itself', async () => {
      await failed(3, null, START);
      await failed(4, null, START + 1_000);
      await failed(5, null, START + 5 * MINUTE);
      await failed(7, null, START, 'shared-2');
      const writesAt = async (now: number) => (await store.redisNotes('shared-1', now, WINDOW)).writesFailed;
      expect(await writesAt(START + 6 * MINUTE)).toBe(12);
      expect(await writesAt(START + 12 * MINUTE)).toBe(5);
      expect(await writesAt(START + 30 * MINUTE)).toBe(0);
    });

    it('begin an outage with the first refusal, which each later one prolongs; silence begins none', async () => {
      const outage = async () => (await store.redisNotes('shared-1', START + MINUTE, WINDOW)).outage;
      await failed(1, null, START);
      expect(await outage()).toBeNull();
      await failed(1, 'READONLY', START + 10);
      expect(await outage()).toEqual({ since: START + 10, error: 'READONLY', lastAt: START + 10 });
      await failed(2, 'LOADING', START + 20);
      await failed(2, null, START + 30);
      expect(await outage()).toEqual({ since: START + 10, error: 'LOADING', lastAt: START + 20 });
    });

    it('end an outage only if nothing was refused since it was read', async () => {
      await failed(1, 'OOM', START);
      const { outage: first } = await store.redisNotes('shared-1', START, WINDOW);
      await failed(1, 'OOM', START + 10);
      const { outage: second } = await store.redisNotes('shared-1', START, WINDOW);
      if (first === null || second === null) throw new Error('no outage');
      expect(await store.endOutage('shared-1', first, START + 11)).toBe(false);
      expect(await store.endOutage('shared-2', second, START + 12)).toBe(false);
      expect(await store.redisNotes('shared-1', START, WINDOW)).toMatchObject({ ended: null, toldAt: 0 });
      expect(await store.endOutage('shared-1', second, START + 13)).toBe(true);
      expect(await store.endOutage('shared-1', second, START + 14)).toBe(false);
      await store.noteTold('shared-1', START + 15);
      expect(await store.redisNotes('shared-1', START, WINDOW)).toMatchObject({
        outage: null,
        ended: { since: START, at: START + 13 },
        toldAt: START + 15,
        writesFailed: 2,
      });
      await failed(1, 'OOM', START + 20);
      expect(await store.redisNotes('shared-1', START, WINDOW)).toMatchObject({ outage: { since: START + 20 } });
    });

    it('say when each cell last found all of it well', async () => {
      await store.noteWell('shared-1', 'cell-1', START);
      await store.noteWell('shared-1', 'cell-2', START + 1);
      await store.noteWell('shared-1', 'cell-1', START + 2);
      await store.noteWell('shared-2', 'cell-3', START + 3);
      const { wellAt } = await store.redisNotes('shared-1', START + MINUTE, WINDOW);
      expect([...wellAt].sort()).toEqual([
        ['cell-1', START + 2],
        ['cell-2', START + 1],
      ]);
    });
  });
};
