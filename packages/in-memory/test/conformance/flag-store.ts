import { recordOf } from '@flaghoist/core/envelope';
import type { Order } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { CurrentRepair, FlagStore, KnownGoodRepair, RulesVersions } from '@flaghoist/core/ports/flag-store';
import { all, currentIs, envelope, storedAs } from './envelopes.ts';

export interface FlagStoreUnderTest {
  readonly flags: FlagStore & CurrentRepair & KnownGoodRepair & RulesVersions;
  /** Of the same table `flags`: the only way in for accepted revisions. */
  readonly changes: ChangeStore;
  /** Puts an item CURRENT as somebody would who goes around the validator. */
  writeForeignCurrent(flagKey: string, attributes: Readonly<Record<string, string | number>>): Promise<void>;
}

/** What every FlagStore must do. Each test gets a new one, on an empty table. */
export const flagStoreConformance = (create: () => Promise<FlagStoreUnderTest>): void => {
  let store: FlagStoreUnderTest;
  beforeEach(async () => {
    store = await create();
  });

  const first = envelope({ revision: 1 });
  const second = envelope({ revision: 2 });
  const acceptBoth = async (): Promise<void> => {
    await store.changes.accept(first, null);
    await store.changes.accept(second, currentIs(first));
  };

  it('has nothing of a flag that nobody accepted', async () => {
    expect(await store.flags.current('checkout')).toBeUndefined();
    expect(await store.flags.newestRevision('checkout')).toBeUndefined();
    expect(await store.flags.revision('checkout', { epoch: 1, revision: 1 })).toBeUndefined();
    expect(await store.flags.knownGood('checkout')).toBeUndefined();
    expect(await all(store.flags.currents())).toEqual([]);
    expect(await all(store.flags.revisions())).toEqual([]);
  });

  it('gives back CURRENT and every revision, byte for byte', async () => {
    await acceptBoth();
    expect(await store.flags.current('checkout')).toEqual(storedAs(second));
    expect(await store.flags.revision('checkout', { epoch: 1, revision: 1 })).toEqual(storedAs(first));
    expect(await store.flags.revision('checkout', { epoch: 1, revision: 2 })).toEqual(storedAs(second));
    expect(await store.flags.revision('checkout', { epoch: 2, revision: 1 })).toBeUndefined();
  });

  it('finds the newest revision by epoch first, and by number, not by text', async () => {
    let before = null;
    for (const revision of [1, 9, 10, 100]) {
      const next = envelope({ revision });
      await store.changes.accept(next, before && currentIs(before));
      before = next;
    }
    expect((await store.flags.newestRevision('checkout'))?.order).toEqual({ epoch: 1, revision: 100 });
    const ofNewEpoch = envelope({ epoch: 2, revision: 3 });
    await store.changes.accept(ofNewEpoch, before && currentIs(before));
    expect(await store.flags.newestRevision('checkout')).toEqual(storedAs(ofNewEpoch));
    expect((await store.flags.newestRevisions('checkout', 3)).map(({ order }) => order)).toEqual([
      { epoch: 2, revision: 3 },
      { epoch: 1, revision: 100 },
      { epoch: 1, revision: 10 },
    ]);
  });

  it('keeps flags apart whose keys begin alike', async () => {
    await acceptBoth();
    expect(await store.flags.current('check')).toBeUndefined();
    expect(await store.flags.newestRevision('checkout-2')).toBeUndefined();
  });

  it('names the known good revision once a change moved it there', async () => {
    await acceptBoth();
    const judged = recordOf(first);
    await store.changes.decide({ action: 'verify', judged, now: 3_000, knownGood: { from: null } });
    expect(await store.flags.knownGood('checkout')).toEqual({
      flagKey: 'checkout',
      order: { epoch: 1, revision: 1 },
      envelopeDigest: first.envelopeDigest,
    });
  });

  it('puts KNOWN_GOOD back where one of another order has overwritten it, and only there', async () => {
    await acceptBoth();
    const good = (revision: { readonly order: Order; readonly envelopeDigest: string }) => ({
      flagKey: 'checkout',
      order: revision.order,
      envelopeDigest: revision.envelopeDigest,
    });
    const [older, newer] = [good(storedAs(first)), good(storedAs(second))];
    expect(await store.flags.restoreKnownGood('checkout', older.order, newer)).toBe(false);
    expect(await store.flags.knownGood('checkout')).toBeUndefined();
    const judged = recordOf(first);
    await store.changes.decide({ action: 'verify', judged, now: 3_000, knownGood: { from: null } });
    expect(await store.flags.restoreKnownGood('checkout', newer.order, newer)).toBe(false);
    expect(await store.flags.knownGood('checkout')).toEqual(older);
    expect(await store.flags.restoreKnownGood('checkout', older.order, newer)).toBe(true);
    expect(await store.flags.knownGood('checkout')).toEqual(newer);
  });

  it('keeps the version of the rules that each region has, the last one that it reported', async () => {
    expect(await store.flags.rulesVersion('eu-west-1')).toBeNull();
    await store.flags.reportRulesVersion('eu-west-1', 2, 1_000);
    await store.flags.reportRulesVersion('us-east-1', 3, 1_000);
    await store.flags.reportRulesVersion('eu-west-1', 1, 2_000);
    expect(await store.flags.rulesVersion('eu-west-1')).toBe(1);
    expect(await store.flags.rulesVersion('us-east-1')).toBe(3);
  });

  it('walks every CURRENT, and every revision of a flag in order, over many pages', async () => {
    const keys = Array.from({ length: 250 }, (_, index) => `flag-${index}`);
    for (const flagKey of keys) await store.changes.accept(envelope({ flagKey }), null);
    let before = envelope({ flagKey: 'flag-7' });
    for (let revision = 2; revision <= 130; revision += 1) {
      const next = envelope({ flagKey: 'flag-7', revision });
      await store.changes.accept(next, currentIs(before));
      before = next;
    }
    const currents = await all(store.flags.currents());
    expect(currents.map(({ flagKey }) => flagKey).sort()).toEqual([...keys].sort());
    expect(currents.find(({ flagKey }) => flagKey === 'flag-7')?.order.revision).toBe(130);
    const [passed] = currents.slice(119);
    if (passed === undefined) throw new Error('there are fewer CURRENTs');
    expect(await all(store.flags.currents(passed.flagKey))).toEqual(currents.slice(120));
    const revisions = await all(store.flags.revisions());
    expect(revisions).toHaveLength(379);
    const ofOne = revisions.filter(({ flagKey }) => flagKey === 'flag-7').map(({ order }) => order.revision);
    expect(ofOne).toEqual(Array.from({ length: 130 }, (_, index) => index + 1));
  });

  describe('a CURRENT that was written around the validator', () => {
    it('is found as it is, its missing or mistyped attributes as 0 and empty text', async () => {
      await store.writeForeignCurrent('checkout', { epoch: 1, envelopeDigest: 'd', envelope: '{}' });
      expect(await store.flags.current('checkout')).toEqual({
        flagKey: 'checkout',
        order: { epoch: 1, revision: 0 },
        envelopeDigest: 'd',
        body: '{}',
      });
      await store.writeForeignCurrent('checkout', { revision: 'seven', envelopeDigest: 7 });
      expect(await store.flags.current('checkout')).toEqual({
        flagKey: 'checkout',
        order: { epoch: 0, revision: 0 },
        envelopeDigest: '',
        body: '',
      });
    });

    it('is replaced by the newest accepted revision', async () => {
      await acceptBoth();
      await store.writeForeignCurrent('checkout', { epoch: 9, revision: 9, envelopeDigest: 'foreign' });
      expect(await store.flags.restoreCurrent('checkout', 'foreign', storedAs(second))).toBe(true);
      expect(await store.flags.current('checkout')).toEqual(storedAs(second));
    });

    it.each([null, ''])('is replaced when it names no digest (%p)', async (found) => {
      await acceptBoth();
      await store.writeForeignCurrent('checkout', { note: 'hello' });
      expect(await store.flags.restoreCurrent('checkout', found, storedAs(second))).toBe(true);
      expect(await store.flags.current('checkout')).toEqual(storedAs(second));
    });

    it('is removed when no revision was ever accepted', async () => {
      await store.writeForeignCurrent('checkout', { envelopeDigest: 'foreign' });
      expect(await store.flags.restoreCurrent('checkout', 'foreign', undefined)).toBe(true);
      expect(await store.flags.current('checkout')).toBeUndefined();
    });

    it('stays when it is no longer the one that was found', async () => {
      await acceptBoth();
      expect(await store.flags.restoreCurrent('checkout', 'foreign', storedAs(first))).toBe(false);
      expect(await store.flags.restoreCurrent('checkout', null, storedAs(first))).toBe(false);
      expect(await store.flags.restoreCurrent('checkout', 'foreign', undefined)).toBe(false);
      expect(await store.flags.current('checkout')).toEqual(storedAs(second));
    });

    it('is put back where it was removed, and only there', async () => {
      await acceptBoth();
      expect(await store.flags.restoreCurrent('checkout', undefined, storedAs(first))).toBe(false);
      expect(await store.flags.current('checkout')).toEqual(storedAs(second));
      expect(await store.flags.restoreCurrent('billing', undefined, { ...storedAs(first), flagKey: 'billing' })).toBe(
        true,
      );
      expect((await store.flags.current('billing'))?.order).toEqual(storedAs(first).order);
    });

    it('gives a REVISION back that is gone, and writes over none', async () => {
      await acceptBoth();
      expect(await store.flags.restoreRevision(storedAs(second))).toBe(false);
      expect(await store.flags.restoreRevision({ ...storedAs(second), flagKey: 'billing' })).toBe(true);
      expect(await store.flags.revision('billing', storedAs(second).order)).toMatchObject({
        body: storedAs(second).body,
      });
    });

    it('is not put in place of one that has gone', async () => {
      expect(await store.flags.restoreCurrent('checkout', null, storedAs(first))).toBe(false);
      expect(await store.flags.current('checkout')).toBeUndefined();
    });
  });
};
