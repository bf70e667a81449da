import { recordOf } from '@flaghoist/core/envelope';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import { currentIs, envelope } from './envelopes.ts';

export interface UpstreamFlagsUnderTest {
  readonly upstream: UpstreamFlags;
  /** Of the environment that is looked at. */
  readonly changes: ChangeStore;
}

/** What every UpstreamFlags must do. Each test gets a new one, on empty tables. */
export const upstreamFlagsConformance = (create: () => Promise<UpstreamFlagsUnderTest>): void => {
  let under: UpstreamFlagsUnderTest;
  beforeEach(async () => {
    under = await create();
  });

  const first = envelope({ revision: 1 });
  const second = envelope({ revision: 2 });
  const flag = () => under.upstream.flag('checkout');
  const verifyFirst = async (): Promise<void> => {
    await under.changes.accept(first, null);
    await under.changes.decide({ action: 'verify', judged: recordOf(first), now: 3_000, knownGood: { from: null } });
  };

  it('has nothing of a flag that nobody accepted there', async () => {
    await under.changes.accept(envelope({ flagKey: 'checkout-2' }), null);
    expect(await flag()).toBeNull();
  });

  it('knows a flag that is not verified yet', async () => {
    await under.changes.accept(first, null);
    expect(await flag()).toEqual({ environment: 'dev', flagState: 'live', newest: 'accepted', verified: null });
  });

  it('has the verified revision whole, and the moment at which it was verified', async () => {
    await verifyFirst();
    expect(await flag()).toEqual({
      environment: 'dev',
      flagState: 'live',
      newest: 'verified',
      verified: { envelope: first, at: 3_000 },
    });
  });

  it('tells the verified revision from a newer one that did not hold', async () => {
    await verifyFirst();
    await under.changes.accept(second, currentIs(first));
    expect(await flag()).toMatchObject({ newest: 'accepted', verified: { envelope: first } });
    await under.changes.decide({ action: 'unverify', judged: recordOf(second), now: 4_000 });
    expect(await flag()).toMatchObject({ newest: 'unverified', verified: { envelope: first, at: 3_000 } });
  });

  it('says that a change was taken back, also once the revert itself is verified', async () => {
    await verifyFirst();
    const revert = envelope({ revision: 2, kind: 'rolled-back' });
    await under.changes.accept(revert, currentIs(first));
    expect(await flag()).toMatchObject({ newest: 'rolled-back', verified: { envelope: first } });
    const knownGood = { from: { epoch: 1, revision: 1 } };
    await under.changes.decide({ action: 'verify', judged: recordOf(revert), now: 4_000, knownGood });
    expect(await flag()).toMatchObject({ newest: 'rolled-back', verified: { envelope: revert, at: 4_000 } });
  });

  it('says what the flag is since its newest revision', async () => {
    await verifyFirst();
    await under.changes.accept(envelope({ revision: 2, kind: 'archived', flagState: 'archived' }), currentIs(first));
    expect(await flag()).toMatchObject({ flagState: 'archived', verified: { envelope: first } });
  });
};
