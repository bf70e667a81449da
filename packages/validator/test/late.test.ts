import { MAX_OVERTAKEN_KILL_AGE_MS, MAX_PROPOSAL_AGE_SECONDS } from '@flaghoist/core/proposal-age';
import { AUTHOR } from '@flaghoist/test-kit/author';
import { createHome, type Home } from './support/home.ts';
import { overriding } from './support/overriding.ts';

const FIVE_MINUTES = MAX_OVERTAKEN_KILL_AGE_MS;
const A_QUARTER = MAX_PROPOSAL_AGE_SECONDS * 1000;

/** Proposes, and lets the record of it lie. */
const lying = async (home: Home, kind: 'updated' | 'killed' | 'archived' | 'restored', proposedAt?: number) => {
  const proposal = await home.propose(kind, proposedAt === undefined ? {} : { proposedAt });
  return { proposal, records: home.tail.take() };
};

describe('a proposal that is judged late', () => {
  it.each(['updated', 'archived'] as const)('expires after a quarter of an hour: %s', async (kind) => {
    const home = createHome();
    await home.decide('created');
    const writtenAt = home.clock.now();
    const { proposal, records } = await lying(home, kind);
    await home.clock.advance(A_QUARTER + 1);
    expect(await home.deliver(records)).toEqual([]);
    expect(await home.outcome(proposal.change.id)).toMatchObject({
      outcome: 'expired',
      author: AUTHOR,
      actor: 'ada',
      writtenAt,
      maxAgeSeconds: 900,
      at: writtenAt + A_QUARTER + 1,
    });
    expect(await home.revisions()).toHaveLength(1);
    await home.settle();
    expect(home.eventsOf('ProposalExpired')).toMatchObject([
      { detail: { changeId: proposal.change.id, writtenAt, maxAgeSeconds: 900 } },
    ]);
  });

  it('does not expire before', async () => {
    const home = createHome();
    await home.decide('created');
    const { proposal, records } = await lying(home, 'updated');
    await home.clock.advance(A_QUARTER);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('expires by the time of the stream, not by what its author says', async () => {
    const home = createHome();
    await home.decide('created');
    const future = await lying(home, 'updated', home.clock.now() + 200_000);
    await home.clock.advance(A_QUARTER + 1);
    await home.deliver(future.records);
    expect(await home.outcome(future.proposal.change.id)).toMatchObject({ outcome: 'expired' });

    const past = await lying(home, 'updated', home.clock.now() - A_QUARTER - 1);
    await home.deliver(past.records);
    expect((await home.outcome(past.proposal.change.id))?.outcome).not.toBe('expired');
  });

  it('is no younger for being proposed again', async () => {
    const home = createHome();
    await home.decide('created');
    const { proposal } = await lying(home, 'updated');
    await home.clock.advance(A_QUARTER + 1);
    expect(await home.author.propose(proposal)).toBe('told-again');
    await home.settle();
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'expired' });
  });

  it('expires earlier where the policy says so, and never later', async () => {
    const home = createHome();
    await home.decide('created');
    const under = async (maxProposalAgeSeconds: number, waitMs: number) => {
      const { proposal, records } = await lying(home, 'updated');
      await home.clock.advance(waitMs);
      await home.deliver(records, { ...home.ports, policy: { ...home.ports.policy, maxProposalAgeSeconds } });
      return home.outcome(proposal.change.id);
    };
    expect(await under(60, 60_001)).toMatchObject({ outcome: 'expired', maxAgeSeconds: 60 });
    expect(await under(86_400, A_QUARTER + 1)).toMatchObject({ outcome: 'expired', maxAgeSeconds: 900 });
  });

  it('expires although its flag cannot be read', async () => {
    const home = createHome();
    const { proposal, records } = await lying(home, 'updated');
    await home.clock.advance(A_QUARTER + 1);
    const current = async () => Promise.reject(new Error('away'));
    const flags = overriding(home.flags, { current });
    expect(await home.deliver(records, { ...home.ports, flags })).toEqual([]);
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'expired' });
  });
});

describe('a kill that is judged late', () => {
  it('never expires', async () => {
    const home = createHome();
    await home.decide('created');
    const { proposal, records } = await lying(home, 'killed');
    await home.clock.advance(24 * 3_600_000);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'accepted' });
    expect(await home.current()).toMatchObject({ flagState: 'killed' });
  });

  it('is carried out over updates, however old it is', async () => {
    const home = createHome();
    await home.decide('created');
    const { proposal, records } = await lying(home, 'killed');
    await home.decide('updated');
    await home.clock.advance(3_600_000);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'accepted' });
  });

  const restoredSince = async (home: Home) => {
    await home.decide('created');
    const late = await lying(home, 'killed');
    await home.decide('killed');
    await home.decide('restored');
    return late;
  };

  it('is a conflict once it is old and somebody has restored the flag since', async () => {
    const home = createHome();
    const { proposal, records } = await restoredSince(home);
    await home.clock.advance(FIVE_MINUTES + 1);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({
      outcome: 'conflict',
      basedOn: { epoch: 1, revision: 1 },
      current: { epoch: 1, revision: 3 },
      overtakenBy: { epoch: 1, revision: 3, kind: 'restored', actor: 'ada' },
    });
    expect(await home.current()).toMatchObject({ flagState: 'live', revision: 3 });
    await home.settle();
    expect(home.eventsOf('ChangeConflicted')).toMatchObject([{ detail: { overtakenBy: { kind: 'restored' } } }]);
  });

  it('names the restore also when the flag was updated after it', async () => {
    const home = createHome();
    const { proposal, records } = await restoredSince(home);
    await home.decide('updated');
    await home.clock.advance(FIVE_MINUTES + 1);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({
      outcome: 'conflict',
      current: { revision: 4 },
      overtakenBy: { revision: 3 },
    });
  });

  it('is carried out over a restore as long as it is not old', async () => {
    const home = createHome();
    const { proposal, records } = await restoredSince(home);
    await home.clock.advance(FIVE_MINUTES);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('is carried out over a restore that it was made against', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('killed');
    await home.decide('restored');
    const { proposal, records } = await lying(home, 'killed');
    await home.decide('updated');
    await home.clock.advance(FIVE_MINUTES + 1);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('is a conflict when the flag was created only after it', async () => {
    const home = createHome();
    const { proposal, records } = await lying(home, 'killed');
    await home.decide('created');
    await home.clock.advance(FIVE_MINUTES + 1);
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({
      outcome: 'conflict',
      overtakenBy: { kind: 'created', revision: 1 },
    });
  });
});
