import { type Doom, doomed, failingOnce } from '@flaghoist/test-kit/trouble';
import { createHome, FLAG, HOME, type Home } from './support/home.ts';

const MOST_CALLS = 80;

/** Plays a proposal once for every call at which accepting can be struck, and lets Lambda deliver again. */
const atEveryCall = async (
  strike: typeof doomed | typeof failingOnce,
  stage: (home: Home) => Promise<void>,
  check: (home: Home, doom: Doom) => Promise<void>,
): Promise<number> => {
  for (let atCall = 1; atCall <= MOST_CALLS; atCall += 1) {
    let anyStruck = false;
    for (const moment of ['before', 'after'] as const) {
      const home = createHome();
      await stage(home);
      const { ports, struck } = strike(home.ports, { atCall, moment });
      // Everything the change sets off, through the same process: proposal, record, outcome.
      let died = false;
      for (let records = home.tail.take(); records.length > 0; records = home.tail.take()) {
        const failed = await home.deliver(records, died ? home.ports : ports);
        // A process that dies answers nothing, so all its records come again; one that failed says which.
        if (strike === doomed ? struck() && !died : failed.length > 0) {
          expect(await home.deliver(records)).toEqual([]);
        }
        died = struck();
      }
      anyStruck ||= struck();
      await check(home, { atCall, moment });
    }
    if (!anyStruck) return atCall - 1;
  }
  throw new Error('the scene never ends');
};

const creating = async (home: Home): Promise<void> => {
  await home.propose('created');
};
const idsOf = (home: Home): string[] => [...new Set(home.bus.published.map(({ id }) => id))].sort();

it('a process that dies at any call leaves one revision and its events, and costs the fast path at most', async () => {
  const calls = await atEveryCall(doomed, creating, async (home) => {
    expect(await home.revisions()).toHaveLength(1);
    expect(await home.outcome('change-0001')).toMatchObject({ outcome: 'accepted' });
    expect(idsOf(home)).toEqual([
      `ChangeAccepted:change-0001:${FLAG}:1.1`,
      expect.stringMatching(/^ChangeProposed:change-0001:local:ada:[0-9a-f]{64}$/),
    ]);
  });
  // Outcome, CURRENT, newest, topology, transaction, four regions, the mark; two events, one revision.
  expect(calls).toBeGreaterThan(10);
});

it('a call that fails once costs at most the fast path', async () => {
  await atEveryCall(failingOnce, creating, async (home) => {
    expect(await home.revisions()).toHaveLength(1);
    expect(idsOf(home)).toEqual([
      `ChangeAccepted:change-0001:${FLAG}:1.1`,
      expect.stringMatching(/^ChangeProposed:change-0001:local:ada:[0-9a-f]{64}$/),
    ]);
  });
});

it('a rejection is answered and told once, wherever the process dies', async () => {
  const stage = async (home: Home): Promise<void> => {
    await home.propose('created', { document: {} });
  };
  await atEveryCall(doomed, stage, async (home) => {
    expect(await home.revisions()).toEqual([]);
    expect(await home.outcome('change-0001')).toMatchObject({ outcome: 'rejected' });
    expect(idsOf(home)).toEqual([
      expect.stringMatching(/^ChangeProposed:change-0001:local:ada:[0-9a-f]{64}$/),
      'ChangeRejected:change-0001:local:ada',
    ]);
  });
});

it('a restored CURRENT stays restored, wherever the process dies', async () => {
  const stage = async (home: Home): Promise<void> => {
    await home.decide('created');
    home.tables.flags.put({ pk: `FLAG#${FLAG}`, sk: 'CURRENT', envelope: `forged in ${HOME}` });
    await home.propose('updated', { basedOn: { epoch: 1, revision: 1 } });
  };
  await atEveryCall(doomed, stage, async (home) => {
    expect((await home.revisions()).map(({ revision }) => revision)).toEqual([1, 2]);
    expect(await home.current()).toMatchObject({ revision: 2, kind: 'updated' });
  });
});
