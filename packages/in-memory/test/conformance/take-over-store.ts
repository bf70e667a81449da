import { recordOf } from '@flaghoist/core/envelope';
import { type AlikeRead, FACTS_STAY } from '@flaghoist/core/facts';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { TakeOverStore } from '@flaghoist/core/ports/take-over-store';
import { AUTHOR, envelope, PROPOSED_DIGEST } from './envelopes.ts';

export interface TakeOverStoreUnderTest {
  readonly changes: ChangeStore & TakeOverStore;
  /** On the same tables. */
  readonly flags: FlagStore;
}

const ACCEPTED_AT = 1_700_000_001_000;
const firstAlike: AlikeRead = { count: 0, epoch: 0, completed: null };
const found = envelope();
const order = { epoch: 1, revision: 1 };
const outcome = {
  outcome: 'accepted',
  author: AUTHOR,
  changeId: found.change.id,
  proposedDigest: PROPOSED_DIGEST,
  flagKey: 'checkout',
  order,
} as const;
const record = { ...recordOf(found), state: 'unverified', foundInEpoch: 2, foundAt: 9_000 } as const;

/** What every TakeOverStore must do. Each test gets a new one, on empty tables. */
export const takeOverStoreConformance = (create: () => Promise<TakeOverStoreUnderTest>): void => {
  let { changes, flags } = {} as TakeOverStoreUnderTest;
  beforeEach(async () => {
    ({ changes, flags } = await create());
  });

  it('takes over how a proposal ended, and never replaces an outcome', async () => {
    expect(await changes.takeOverOutcome(outcome, ACCEPTED_AT)).toBe('written');
    expect(await changes.takeOverOutcome({ ...outcome, order: { epoch: 1, revision: 2 } }, ACCEPTED_AT)).toBe('moved');
    expect(await changes.outcome(AUTHOR, found.change.id)).toEqual(outcome);
  });

  it('takes over a record where there is none', async () => {
    expect(await changes.takeOverRecord(record)).toBe('written');
    expect(await changes.takeOverRecord({ ...record, state: 'superseded' })).toBe('moved');
    expect(await changes.record('checkout', order)).toEqual(record);
  });

  it('gives a record another state, if it is still in the one in which it was read', async () => {
    await changes.takeOverRecord(record);
    const settled = { ...record, state: 'rolled-back', revertOrder: { epoch: 1, revision: 2 } } as const;
    expect(await changes.resettle({ ...record, state: 'accepted' }, settled)).toBe('moved');
    expect(await changes.record('checkout', order)).toEqual(record);
    expect(await changes.resettle(record, settled)).toBe('written');
    expect(await changes.record('checkout', order)).toEqual(settled);
    expect(await changes.resettle(record, settled)).toBe('moved');
  });

  it('resettles nothing that is not there', async () => {
    expect(await changes.resettle(record, { ...record, state: 'superseded' })).toBe('moved');
    expect(await changes.record('checkout', order)).toBeUndefined();
  });

  it('tells others what a flag is to them, all or nothing', async () => {
    const facts = { ...FACTS_STAY, moves: true, begins: ['base'], alike: firstAlike };
    expect(await changes.takeOverFacts('checkout', facts)).toBe('written');
    expect((await flags.facts('checkout')).version).toBe(1);
    expect(await flags.needed('base')).toMatchObject({ keys: ['checkout'], counter: 1 });
    expect(await flags.alike('check.out')).toEqual({ keys: ['checkout'], count: 1, epoch: 0 });
    // Another key has come between: nothing is written.
    expect(await changes.takeOverFacts('check.out', { ...facts, alike: firstAlike })).toBe('moved');
    expect(await flags.needed('base')).toMatchObject({ keys: ['checkout'], counter: 1 });
    expect(await changes.takeOverFacts('check.out', { ...FACTS_STAY, alike: { ...firstAlike, count: 1 } })).toBe(
      'written',
    );
    expect(await flags.alike('checkout')).toEqual({ keys: ['check.out', 'checkout'], count: 2, epoch: 0 });
    expect((await flags.facts('check.out')).version).toBe(0);
  });
};
