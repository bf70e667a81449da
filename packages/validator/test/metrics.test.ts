import { CANARY_AUTHOR, CANARY_FLAG } from '@flaghoist/core/canary';
import { InMemoryProposalStore } from '@flaghoist/in-memory/proposal-store';
import { createAcceptHandler } from '../lib/handler.ts';
import { createHome, FLAG } from './support/home.ts';
import { overriding } from './support/overriding.ts';
import { accepted, createRegion } from './support/region.ts';
import { eventOf } from './support/stream-tail.ts';

describe('validation', () => {
  /** Judging takes a moment each time: the topology is what it reads last. */
  const slowly = (home: ReturnType<typeof createHome>, ms: number) => ({
    ...home.ports,
    topology: overriding(home.topologies, {
      latest: async () => {
        await home.clock.sleep(ms);
        return home.topologies.latest();
      },
    }),
  });

  it.each([
    ['accepted', {}, 'accepted'],
    ['rejected', { owner: '' }, 'rejected'],
  ] as const)('is measured from the record to the outcome of a proposal that is %s', async (_what, over, outcome) => {
    const home = createHome();
    const { change } = await home.propose('created', over);
    const records = home.tail.take();
    await home.deliver(records, slowly(home, 40));
    expect(await home.outcome(change.id)).toMatchObject({ outcome });
    const about = { flagKey: FLAG, changeId: change.id };
    expect(home.metrics.measured).toEqual([{ took: { validation: 40 }, about }]);
  });

  it('is not measured for the canary', async () => {
    const home = createHome();
    const machine = { proposals: home.tables.proposals, principal: CANARY_AUTHOR, clock: home.clock };
    const proposal = await home.proposalOf('created', { flagKey: CANARY_FLAG, owner: '' });
    await new InMemoryProposalStore(machine).propose(proposal);
    await home.settle();
    expect(await home.changes.outcome(CANARY_AUTHOR, proposal.change.id)).toBeDefined();
    expect(home.metrics.measured).toEqual([]);
  });

  it('is not measured again for a proposal that has its outcome', async () => {
    const home = createHome();
    await home.propose('created');
    const batch = eventOf(...home.tail.take());
    for (let delivery = 0; delivery < 2; delivery += 1) await home.clock.run(createAcceptHandler(home.ports)(batch));
    expect(home.metrics.measured).toHaveLength(1);
  });
});

describe('the stream', () => {
  const change = accepted({ epoch: 1, revision: 1 });

  it('is measured from the acceptance to the first record that shows it', async () => {
    const region = createRegion();
    region.putRevision(change);
    region.putCurrent(change);
    await region.clock.advance(20);
    await region.settle();
    const took = { stream: region.clock.now() - change.at.accepted };
    expect(region.metrics.measured).toEqual([{ took, about: { flagKey: change.flagKey, changeId: change.change.id } }]);
  });

  it('is not measured for the canary', async () => {
    const region = createRegion();
    const own = { ...change.change, author: CANARY_AUTHOR, proposedDigest: '0'.repeat(64) };
    region.putRevision(accepted({ epoch: 1, revision: 1 }, { flagKey: CANARY_FLAG, change: own }));
    await region.settle();
    expect(region.metrics.measured).toEqual([]);
  });

  it('is not measured again for a record that comes again', async () => {
    const region = createRegion();
    region.putRevision(change);
    const records = region.tail.take();
    await region.deliver(records);
    await region.clock.advance(60_000);
    await region.deliver(records);
    expect(region.metrics.measured).toHaveLength(1);
  });
});
