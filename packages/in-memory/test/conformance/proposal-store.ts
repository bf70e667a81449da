import type { PendingProposals, ProposalStore } from '@flaghoist/core/ports/proposal-store';
import type { Proposal } from '@flaghoist/core/proposal';
import { keyOfProposal } from '@flaghoist/core/storage/proposal-items';
import type { Item } from '@flaghoist/core/storage/write';
import { all } from './envelopes.ts';

export interface ProposalStoresUnderTest {
  readonly home: PendingProposals;
  /** The store of whoever has this principal. */
  authorWith(principal: string): ProposalStore;
  /** Puts an item into `proposals` as an author may, whatever it is. */
  writeForeign(item: Item): Promise<void>;
}

const ADA = 'AROAEXAMPLEEXAMPLE:ada@example.com';
const BOB = 'AIDAEXAMPLEEXAMPLE';

const proposalWith = (id: string, changed: Partial<Proposal> = {}): Proposal => ({
  flagKey: 'checkout',
  kind: 'created',
  basedOn: null,
  document: { state: 'ENABLED' },
  change: { id, actor: 'alice', authentication: 'local', reason: 'because' },
  proposedAt: 1_000,
  ...changed,
});

/** What every pair of ProposalStore and PendingProposals must do. Each test gets new ones, on the same table. */
export const proposalStoreConformance = (create: () => Promise<ProposalStoresUnderTest>): void => {
  let home: PendingProposals;
  let authorWith: ProposalStoresUnderTest['authorWith'];
  let writeForeign: ProposalStoresUnderTest['writeForeign'];
  beforeEach(async () => {
    ({ home, authorWith, writeForeign } = await create());
  });

  const written = async (author: string, changeId: string) => {
    const found = await home.proposal({ author, changeId });
    if (found === undefined) throw new Error(`no proposal ${changeId} of ${author}`);
    return found;
  };

  it('keeps what was proposed under its author and id, and lists it as long as it has no outcome', async () => {
    const proposal = proposalWith('change-0001');
    expect(await authorWith(ADA).propose(proposal)).toBe('written');
    const found = await written(ADA, 'change-0001');
    expect(found).toEqual({
      author: ADA,
      changeId: 'change-0001',
      text: JSON.stringify(proposal),
      pending: expect.stringMatching(/^[0-9]{13}$/),
      isWithdrawn: false,
    });
    expect(await all(home.pending())).toEqual([{ author: ADA, changeId: 'change-0001' }]);
    await home.settle(found);
    expect(await all(home.pending())).toEqual([]);
    expect(await written(ADA, 'change-0001')).toEqual({ ...found, pending: null });
    expect(await home.proposal({ author: BOB, changeId: 'change-0001' })).toBeUndefined();
  });

  it('keeps the proposals of one author apart from those of another', async () => {
    await authorWith(ADA).propose(proposalWith('change-0001'));
    expect(await authorWith(BOB).propose(proposalWith('change-0001', { kind: 'killed' }))).toBe('written');
    expect((await written(ADA, 'change-0001')).text).toContain('created');
    expect((await written(BOB, 'change-0001')).text).toContain('killed');
    await home.settle(await written(ADA, 'change-0001'));
    expect(await all(home.pending())).toEqual([{ author: BOB, changeId: 'change-0001' }]);
  });

  it('tells home again of one that has no outcome, by another mark', async () => {
    const proposal = proposalWith('change-0001');
    await authorWith(ADA).propose(proposal);
    const before = await written(ADA, 'change-0001');
    expect(await authorWith(ADA).propose(proposal)).toBe('told-again');
    const after = await written(ADA, 'change-0001');
    expect(after).toEqual({ ...before, pending: expect.any(String) });
    expect(after.pending).not.toBe(before.pending);
  });

  it('tells home that one was taken back, with its text as it was, and keeps that when it is proposed again', async () => {
    const proposal = proposalWith('change-0001');
    await authorWith(ADA).propose(proposal);
    const before = await written(ADA, 'change-0001');
    expect(await authorWith(BOB).withdraw('change-0001')).toBe('absent');
    expect(await authorWith(ADA).withdraw('change-0001')).toBe('asked');
    const after = await written(ADA, 'change-0001');
    expect(after).toEqual({ ...before, isWithdrawn: true, pending: expect.any(String) });
    expect(after.pending).not.toBe(before.pending);
    expect(await authorWith(ADA).propose(proposal)).toBe('told-again');
    expect(await written(ADA, 'change-0001')).toMatchObject({ isWithdrawn: true });
  });

  it('takes nothing back that has its outcome', async () => {
    await authorWith(ADA).propose(proposalWith('change-0001'));
    await home.settle(await written(ADA, 'change-0001'));
    const ended = await written(ADA, 'change-0001');
    expect(await authorWith(ADA).withdraw('change-0001')).toBe('ended');
    expect(await written(ADA, 'change-0001')).toEqual(ended);
  });

  it('says of one that has its outcome that it has ended', async () => {
    const proposal = proposalWith('change-0001');
    await authorWith(ADA).propose(proposal);
    await home.settle(await written(ADA, 'change-0001'));
    const ended = await written(ADA, 'change-0001');
    expect(await authorWith(ADA).propose(proposal)).toBe('ended');
    expect(await written(ADA, 'change-0001')).toEqual(ended);
  });

  it.each([false, true])('writes no other content under an id that was used (ended: %p)', async (ended) => {
    await authorWith(ADA).propose(proposalWith('change-0001'));
    if (ended) await home.settle(await written(ADA, 'change-0001'));
    const before = await written(ADA, 'change-0001');
    expect(await authorWith(ADA).propose(proposalWith('change-0001', { flagKey: 'other' }))).toBe('other-content');
    expect(await written(ADA, 'change-0001')).toEqual(before);
  });

  it('keeps the mark of an item that was written again after it was read', async () => {
    const proposal = proposalWith('change-0001');
    await authorWith(ADA).propose(proposal);
    const read = await written(ADA, 'change-0001');
    await authorWith(ADA).propose(proposal);
    await home.settle(read);
    expect(await all(home.pending())).toEqual([{ author: ADA, changeId: 'change-0001' }]);
  });

  it('makes no item where there is none to settle', async () => {
    await home.settle({ author: ADA, changeId: 'change-0001', text: '{}', pending: '1', isWithdrawn: false });
    expect(await home.proposal({ author: ADA, changeId: 'change-0001' })).toBeUndefined();
  });

  it('lists the oldest marks first, whoever wrote them', async () => {
    const marks = ['0000000000003', '0000000000001', '0000000000002'];
    for (const [n, pending] of marks.entries()) {
      await writeForeign({ ...keyOfProposal({ author: n === 1 ? BOB : ADA, changeId: `change-${n}` }), pending });
    }
    expect(await all(home.pending())).toMatchObject([
      { changeId: 'change-1' },
      { changeId: 'change-2' },
      { changeId: 'change-0' },
    ]);
  });

  it('lists what has the mark and lies elsewhere as such, until the mark is taken away', async () => {
    const strays = [
      { pk: `AUTHOR#${ADA}`, sk: 'DRAFT#1' },
      { pk: `APPROVER#${ADA}`, sk: 'PROPOSAL#change-0001' },
    ];
    for (const stray of strays) await writeForeign({ ...stray, draft: 'x', pending: '1' });
    const listed = await all(home.pending());
    expect(listed).toHaveLength(2);
    expect(listed).toEqual(expect.arrayContaining(strays.map((stray) => ({ stray, pending: '1' }))));
    const [first] = listed;
    if (first === undefined || !('stray' in first)) throw new Error('no stray mark');
    // Written anew meanwhile.
    await home.dropMark({ ...first, pending: '0' });
    expect(await all(home.pending())).toHaveLength(2);
    await home.dropMark(first);
    expect(await all(home.pending())).toHaveLength(1);
  });

  it.each([{}, { proposal: 7 }, { proposal: 7, pending: 'x' }])(
    'reads what is no proposal as it is: %p',
    async (left) => {
      await writeForeign({ ...left, ...keyOfProposal({ author: ADA, changeId: '?' }) });
      const pending = 'pending' in left ? 'x' : null;
      expect(await written(ADA, '?')).toEqual({ author: ADA, changeId: '?', text: null, pending, isWithdrawn: false });
    },
  );

  it('never lists drafts and approvals', async () => {
    await writeForeign({ pk: `APPROVER#${BOB}`, sk: `APPROVAL#${'a'.repeat(64)}`, approval: '{}' });
    expect(await all(home.pending())).toEqual([]);
  });
};
