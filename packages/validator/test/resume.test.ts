import type { Proposal } from '@flaghoist/core/proposal';
import { keyOfProposal } from '@flaghoist/core/storage/proposal-items';
import { AUTHOR } from '@flaghoist/test-kit/author';
import { aroundEach } from '@flaghoist/test-kit/trouble';
import { createResumeHandler } from '../lib/handler.ts';
import type { ResumePorts } from '../lib/ports.ts';
import { createHome, FLAG, type Home, REGIONS } from './support/home.ts';
import { overriding } from './support/overriding.ts';

/** Long enough for a proposal to be no longer on its way through the stream. */
const A_WHILE = 30_000;

const resume = (home: Home, ports: ResumePorts = home.ports) => home.clock.run(createResumeHandler(ports)({}));

/** A proposal whose stream record is given up. */
const givenUp = async (home: Home, ...proposing: Parameters<Home['propose']>): Promise<Proposal> => {
  const proposal = await home.propose(...proposing);
  home.tail.take();
  return proposal;
};

describe('a proposal without outcome', () => {
  it('is found, judged, published, and leaves the list', async () => {
    const home = createHome();
    const { change } = await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    expect(await resume(home)).toEqual({ found: 1, ended: 1, failed: 0, restarted: 0, putRight: 0, adopted: 0 });
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
    expect(home.sentTo(1)).toEqual([...REGIONS].sort());
    expect(await resume(home)).toEqual({ found: 0, ended: 0, failed: 0, restarted: 0, putRight: 0, adopted: 0 });
  });

  it('is left to the stream as long as it is on its way', async () => {
    const home = createHome();
    const { change } = await home.propose('created');
    await home.clock.advance(5_000);
    expect(await resume(home)).toMatchObject({ found: 0 });
    expect(await home.outcome(change.id)).toBeUndefined();
  });

  it('does not wait to see whether the stream brings it when it is a kill', async () => {
    const home = createHome();
    await home.decide('created');
    await home.propose('killed');
    expect(await resume(home)).toMatchObject({ found: 1, ended: 1 });
    await home.settle();
    expect((await home.revisions()).map(({ kind }) => kind)).toEqual(['created', 'killed']);
  });

  it('is found although its mark lies in the future, or is no time', async () => {
    const home = createHome();
    for (const [n, pending] of ['9999999999999', 'soon'].entries()) {
      const proposal = await home.proposalOf('created', { flagKey: `flag.number-${n}` });
      const key = keyOfProposal({ author: AUTHOR, changeId: proposal.change.id });
      home.tables.proposals.put({ ...key, proposal: JSON.stringify(proposal), pending });
    }
    expect(await resume(home)).toMatchObject({ found: 2, ended: 2 });
  });

  it('was written no later than it was found, whatever its author says', async () => {
    const home = createHome();
    await givenUp(home, 'created', { proposedAt: home.clock.now() + 100_000 });
    await home.clock.advance(A_WHILE);
    await resume(home);
    expect((await home.current())?.at.proposed).toBe(home.clock.now());
  });

  it('is on its way to all regions when the run is over, however far they are', async () => {
    const home = createHome();
    await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    const topic = overriding(home.topic, {
      publish: async (...given) => {
        await home.clock.sleep(120);
        return home.topic.publish(...given);
      },
    });
    await resume(home, { ...home.ports, topic });
    expect(home.sentTo(1)).toEqual([...REGIONS].sort());
  });

  it('that was written over one with an outcome is reported, and leaves the outcome and the list as they should be', async () => {
    const home = createHome();
    const { change } = await home.propose('created');
    await home.settle();
    const outcome = await home.outcome(change.id);
    const key = keyOfProposal({ author: AUTHOR, changeId: change.id });
    const other = JSON.stringify(await home.proposalOf('updated', { change }));
    home.tables.proposals.put({ ...key, proposal: other, pending: '0' });
    home.tail.take();
    expect(await resume(home)).toMatchObject({ found: 1, ended: 1 });
    expect(await home.outcome(change.id)).toEqual(outcome);
    expect(home.log.messages('error')).toContain('another proposal was written under an id that has its outcome');
    expect(await resume(home)).toMatchObject({ found: 0 });
  });

  it('expires by its own time when home finds it only now', async () => {
    const home = createHome();
    await home.decide('created');
    const writtenAt = home.clock.now();
    const { change } = await givenUp(home, 'updated');
    await home.clock.advance(3_600_000);
    await resume(home);
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'expired', writtenAt });
  });

  it('is a kill that is carried out a day later', async () => {
    const home = createHome();
    await home.decide('created');
    await givenUp(home, 'killed');
    await home.clock.advance(24 * 3_600_000);
    await resume(home);
    expect(await home.current()).toMatchObject({ flagState: 'killed' });
  });

  it('is judged by what stands in the table, not by what the index says', async () => {
    const home = createHome();
    const { change } = await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    const proposals = overriding(home.ports.proposals, {
      pending: async function* () {
        yield { author: AUTHOR, changeId: change.id };
        yield { author: AUTHOR, changeId: 'never-written' };
        yield { author: AUTHOR, changeId: change.id };
      },
    });
    expect(await resume(home, { ...home.ports, proposals })).toMatchObject({ failed: 0 });
    expect(await resume(home, { ...home.ports, proposals })).toMatchObject({ found: 0 });
    expect(await home.revisions()).toHaveLength(1);
  });

  it('that is no proposal has its answer, too, and no other waits for it', async () => {
    const home = createHome();
    const junk = { ...keyOfProposal({ author: AUTHOR, changeId: '?' }), pending: '0', proposal: 'not json' };
    home.tables.proposals.put(junk);
    const { change } = await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    expect(await resume(home)).toMatchObject({ found: 2, ended: 2 });
    expect(await home.outcome('?')).toMatchObject({ outcome: 'rejected' });
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('keeps no other waiting when it cannot be judged or read, and is found again', async () => {
    const home = createHome();
    const lost = await givenUp(home, 'created', { flagKey: 'lost.flag' });
    const poison = await givenUp(home, 'created', { flagKey: 'poison.flag' });
    const sound = await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    const proposals = overriding(home.ports.proposals, {
      proposal: async (key) =>
        key.changeId === lost.change.id ? Promise.reject(new Error('away')) : home.ports.proposals.proposal(key),
    });
    const flags = overriding(home.flags, {
      current: async (flagKey) =>
        flagKey === 'poison.flag' ? Promise.reject(new Error('broken')) : home.flags.current(flagKey),
    });
    expect(await resume(home, { ...home.ports, proposals, flags })).toEqual({
      found: 3,
      ended: 1,
      failed: 2,
      restarted: 0,
      putRight: 0,
      adopted: 0,
    });
    expect(await home.outcome(sound.change.id)).toMatchObject({ outcome: 'accepted' });
    expect(await home.outcome(poison.change.id)).toBeUndefined();
    expect(await resume(home)).toMatchObject({ found: 2, ended: 2 });
  });

  // Each minute begins somewhere else in the list.
  it.each([0, 1, 2, 3])(
    'is judged after kills, and after what was proposed before it for the same flag, in minute %d',
    async (minute) => {
      const home = createHome();
      await home.decide('created', { flagKey: 'other.flag' });
      await home.clock.advance(minute * 60_000);
      await givenUp(home, 'created');
      const next = await givenUp(home, 'updated', { basedOn: { epoch: 1, revision: 1 } });
      const kill = await givenUp(home, 'killed', { flagKey: 'other.flag' });
      await home.clock.advance(A_WHILE);
      const accepted: string[] = [];
      const changes = overriding(home.changes, {
        accept: async (...given) => {
          accepted.push(given[0].change.id);
          return home.changes.accept(...given);
        },
      });
      await resume(home, { ...home.ports, changes });
      expect(accepted[0]).toBe(kill.change.id);
      expect(await home.outcome(next.change.id)).toMatchObject({ outcome: 'accepted' });
      expect(await home.current()).toMatchObject({ revision: 2 });
    },
  );

  it('is left for the next run when this one has no time left', async () => {
    const home = createHome();
    for (let n = 0; n < 50; n += 1) await givenUp(home, 'created', { flagKey: `flag.number-${n}` });
    await home.clock.advance(A_WHILE);
    const slow = aroundEach(home.ports, async (call, name) => {
      if (name === 'accept') await home.clock.sleep(30_000);
      return call();
    });
    const first = await resume(home, slow);
    expect(first.ended).toBeLessThan(50);
    expect(first.ended).toBeGreaterThan(0);
    expect(await resume(home)).toMatchObject({ found: 50 - first.ended, ended: 50 - first.ended });
  });

  it('is not kept waiting by any number of others that nobody can judge', async () => {
    const home = createHome();
    const key = (n: number) => ({ author: AUTHOR, changeId: `endless-${n}` });
    const { change } = await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    const proposals = overriding(home.ports.proposals, {
      pending: async function* () {
        for (let n = 0; n < 100; n += 1) yield key(n);
        yield { author: AUTHOR, changeId: change.id };
      },
      proposal: async (found) => {
        if (found.changeId === change.id) return home.ports.proposals.proposal(found);
        await home.clock.sleep(10_000);
        throw new Error('out of reach');
      },
    });
    let minutes = 0;
    while ((await home.outcome(change.id)) === undefined && minutes < 8) {
      await resume(home, { ...home.ports, proposals });
      await home.clock.advance(60_000);
      minutes += 1;
    }
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('is no item that lies elsewhere and has the mark: that is named once, and nobody meets it again', async () => {
    const home = createHome();
    for (const stray of [
      { pk: `AUTHOR#${AUTHOR}`, sk: 'DRAFT#1', draft: '{}' },
      { pk: `APPROVER#${AUTHOR}`, sk: 'PROPOSAL#change-0001', proposal: '{}' },
    ]) {
      home.tables.proposals.put({ ...stray, pending: '0' });
    }
    const { change } = await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    expect(await resume(home)).toMatchObject({ found: 1, ended: 1, failed: 0 });
    const named = 'item of proposals has the mark of a proposal and is none, the mark is taken away';
    expect(home.log.messages('error')).toEqual([named, named]);
    await home.settle();
    await resume(home);
    expect(home.log.messages('error')).toEqual([named, named]);
    expect(home.tables.proposals.get(`AUTHOR#${AUTHOR}`, 'DRAFT#1')).toMatchObject({ draft: '{}' });
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('is left alone where another region is home', async () => {
    const home = createHome();
    await givenUp(home, 'created');
    await home.clock.advance(A_WHILE);
    const elsewhere = { home: async () => ({ region: 'eu-west-1', epoch: 2 }) };
    expect(await resume(home, { ...home.ports, home: elsewhere })).toMatchObject({ found: 0 });
    expect(await home.revisions()).toEqual([]);
  });
});

describe('a change without decision', () => {
  it('has its workflow started again once the workflow should have concluded it, by the very event that was lost', async () => {
    const home = createHome();
    await home.propose('created');
    await home.settle();
    const told = home.eventsOf('ChangeAccepted');
    await home.clock.advance(120_000);
    expect(await resume(home)).toMatchObject({ restarted: 0 });
    await home.clock.advance(1);
    expect(await resume(home)).toMatchObject({ restarted: 1 });
    expect(home.eventsOf('ChangeAccepted')).toEqual([...told, ...told]);
  });

  it('is not started again once it is decided, whatever the index says', async () => {
    const home = createHome();
    await home.decide('created');
    const order = { epoch: 1, revision: 1 };
    const judged = await home.changes.record(FLAG, order);
    if (judged === undefined) throw new Error('nothing was accepted');
    await home.changes.decide({ action: 'unverify', judged, now: home.clock.now() });
    await home.clock.advance(600_000);
    expect(await resume(home)).toMatchObject({ restarted: 0 });
    const changes = overriding(home.changes, {
      undecided: async function* () {
        yield { flagKey: FLAG, order };
      },
    });
    expect(await resume(home, { ...home.ports, changes })).toMatchObject({ restarted: 0 });
  });

  it('is an error once it has been started many times', async () => {
    const home = createHome();
    await home.decide('created');
    await home.clock.advance(15 * 60_000 + 1);
    expect(await resume(home)).toMatchObject({ restarted: 1 });
    expect(home.log.messages('error')).toEqual(['changes undecided long after their acceptance']);
  });

  it('is not kept waiting by any number of those whose workflow ends in no decision', async () => {
    const home = createHome();
    await home.decide('created');
    const order = { epoch: 1, revision: 1 };
    const record = await home.changes.record(FLAG, order);
    const stored = await home.flags.revision(FLAG, order);
    const started = new Set<string>();
    const changes = overriding(home.changes, {
      undecided: async function* () {
        for (let n = 0; n < 900; n += 1) yield { flagKey: `flag-${n}`, order };
      },
      record: async (flagKey) => {
        started.add(flagKey);
        return record;
      },
    });
    const flags = overriding(home.flags, { revision: async () => stored });
    for (let minute = 0; minute < 12; minute += 1) {
      expect(await resume(home, { ...home.ports, changes, flags })).toMatchObject({ restarted: 200 });
      await home.clock.advance(60_000);
    }
    expect(started.size).toBe(900);
  });

  it('keeps no proposal waiting while the bus is down', async () => {
    const home = createHome();
    await home.decide('created');
    const { change } = await givenUp(home, 'updated');
    await home.clock.advance(180_000);
    const bus = { publish: async () => Promise.reject(new Error('down')) };
    await expect(resume(home, { ...home.ports, bus })).rejects.toThrow('down');
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('keeps no other waiting when its revision cannot be read', async () => {
    const home = createHome();
    await home.decide('created', { flagKey: 'broken.flag' });
    await home.decide('created');
    home.tables.flags.write({
      update: { pk: 'FLAG#broken.flag', sk: 'REVISION#000001#000000000001' },
      set: { envelope: '{}' },
    });
    await home.clock.advance(180_000);
    expect(await resume(home)).toMatchObject({ restarted: 1 });
  });
});
