import type { Approval } from '@flaghoist/core/approval';
import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { seal } from '@flaghoist/core/envelope';
import type { ApprovalStore, GivenApprovals } from '@flaghoist/core/ports/approval-store';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Proposal } from '@flaghoist/core/proposal';
import { approvalKey, draftKey } from '@flaghoist/core/storage/approval-items';
import type { Item } from '@flaghoist/core/storage/write';
import { envelope } from './envelopes.ts';

export interface ApprovalStoresUnderTest {
  readonly home: GivenApprovals;
  readonly changes: ChangeStore;
  /** The store of whoever has this principal. */
  storeOf(principal: string): ApprovalStore;
  /** Puts an item into `proposals`, whatever is there and whatever it is. */
  overwrite(item: Item): Promise<void>;
}

const ADA = 'AROAEXAMPLEEXAMPLE:ada@example.com';
const CONSOLE = 'AROAEXAMPLECONSOLE:console';
const DIGEST = 'a'.repeat(64);
const approval: Approval = { flagKey: 'checkout', proposalDigest: DIGEST, basedOn: null, rulesVersion: 2 };
const key = { principal: ADA, proposalDigest: DIGEST };

/** What every pair of ApprovalStore and GivenApprovals must do. Each test gets new ones, on the same tables. */
export const approvalStoreConformance = (create: () => Promise<ApprovalStoresUnderTest>): void => {
  let stores: ApprovalStoresUnderTest;
  beforeEach(async () => {
    stores = await create();
  });

  it('finds an approval by its key only, before home has heard of it', async () => {
    const { home, storeOf } = stores;
    expect(await home.found(key)).toBeUndefined();
    expect(await storeOf(ADA).approve(approval)).toBe('written');
    expect(await home.found(key)).toEqual({ approval, at: null, usedBy: null });
    for (const other of [{ principal: CONSOLE }, { proposalDigest: 'b'.repeat(64) }, { actor: 'ada' }]) {
      expect(await home.found({ ...key, ...other })).toBeUndefined();
    }
  });

  it('keeps approvals apart that one submitter brings for several', async () => {
    const { home, storeOf } = stores;
    for (const actor of ['ada', 'ben']) expect(await storeOf(CONSOLE).approve(approval, actor)).toBe('written');
    for (const actor of ['ada', 'ben']) {
      expect(await home.note({ ...key, principal: CONSOLE, actor }, { approval, times: 1, at: 1_000 }, 5_000)).toBe(
        'written',
      );
      expect(await home.found({ ...key, principal: CONSOLE, actor })).toMatchObject({ at: 1_000 });
    }
    expect(await home.found({ ...key, principal: CONSOLE })).toBeUndefined();
  });

  it('keeps an approval as home heard of it first, whatever is written over it', async () => {
    const { home, storeOf, overwrite } = stores;
    await storeOf(ADA).approve(approval);
    expect(await home.note(key, { approval, times: 1, at: 1_000 }, 5_000)).toBe('written');
    expect(await home.note(key, { approval: { ...approval, flagKey: 'other' }, times: 2, at: 2_000 }, 5_000)).toBe(
      'moved',
    );
    await overwrite({ ...approvalKey(key), approval: JSON.stringify({ ...approval, flagKey: 'other' }) });
    expect(await home.found(key)).toEqual({ approval, at: 1_000, usedBy: null });
  });

  it('lets an approver say yes once more, under the same rules or newer ones: then it was given later', async () => {
    const { home, storeOf } = stores;
    const newer = { ...approval, rulesVersion: 3 };
    await storeOf(ADA).approve(approval);
    await home.note(key, { approval, times: 1, at: 1_000 }, 5_000);
    expect(await storeOf(ADA).approve(approval)).toBe('renewed');
    // Before home has heard of it.
    expect(await home.found(key)).toEqual({ approval, at: null, usedBy: null });
    expect(await home.note(key, { approval, times: 2, at: 2_000 }, 5_000)).toBe('written');
    expect(await home.found(key)).toEqual({ approval, at: 2_000, usedBy: null });
    expect(await home.note(key, { approval, times: 1, at: 1_000 }, 5_000)).toBe('moved');
    expect(await storeOf(ADA).approve(newer)).toBe('renewed');
    expect(await home.note(key, { approval: newer, times: 3, at: 3_000 }, 5_000)).toBe('written');
    expect(await home.found(key)).toEqual({ approval: newer, at: 3_000, usedBy: null });
    for (const other of [{ flagKey: 'other' }, { basedOn: { epoch: 1, revision: 1 } }, { rulesVersion: 2 }])
      expect(await storeOf(ADA).approve({ ...newer, ...other })).toBe('exists');
    expect(await home.found(key)).toEqual({ approval: newer, at: 3_000, usedBy: null });
  });

  it.each<[string, Record<string, string | number>]>([
    ['nothing', {}],
    ['no JSON', { approval: 'yes' }],
    ['a number', { approval: 7 }],
    ['an approval of something else', { approval: JSON.stringify({ ...approval, proposalDigest: 'b'.repeat(64) }) }],
  ])('finds no approval in %s', async (_what, attributes) => {
    await stores.overwrite({ ...attributes, ...approvalKey(key) });
    expect(await stores.home.found(key)).toBeUndefined();
  });

  it('says which change an approval has served, and lets it serve one', async () => {
    const { home, changes, storeOf } = stores;
    await storeOf(ADA).approve(approval);
    const approved = (id: string, flagKey: string) => {
      const { envelopeDigest: _sealed, ...accepted } = envelope({ flagKey });
      const approvals = [{ actor: 'ada', at: 1, principal: ADA, proposalDigest: DIGEST }];
      return seal({ ...accepted, change: { ...accepted.change, id, approvals } });
    };
    expect(await changes.accept(approved('change-0001', 'first'), null)).toBe('written');
    expect(await home.found(key)).toMatchObject({ usedBy: 'change-0001' });
    expect(await changes.accept(approved('change-0002', 'second'), null)).toBe('moved');
    expect(await changes.record('second', { epoch: 1, revision: 1 })).toBeUndefined();
  });

  it('shows a draft to others, and keeps the first', async () => {
    const { storeOf, overwrite } = stores;
    const proposal: Proposal = {
      flagKey: 'checkout',
      kind: 'created',
      basedOn: null,
      document: { state: 'ENABLED' },
      change: { id: 'change-0001', actor: '', authentication: '', reason: 'because' },
      proposedAt: 1_000,
    };
    const digest = approvedDigestOf(proposal, 'prod');
    const { change } = proposal;
    expect(await storeOf(CONSOLE).drafted(ADA, digest, 'prod')).toBeUndefined();
    expect(await storeOf(ADA).draft(proposal, 'prod')).toBe('written');
    expect(await storeOf(ADA).draft({ ...proposal, change: { ...change, reason: 'other' } }, 'prod')).toBe('exists');
    expect(await storeOf(CONSOLE).drafted(ADA, digest, 'prod')).toEqual(proposal);
    // Whoever approves what they are shown must be shown what they approve.
    const other = (state: string): string => JSON.stringify({ ...proposal, document: { state } });
    for (const draft of ['not a proposal', other('DISABLED'), other('\ud800')]) {
      await overwrite({ ...draftKey(ADA, digest), draft });
      expect(await storeOf(CONSOLE).drafted(ADA, digest, 'prod')).toBeUndefined();
    }
  });
};
