import { SHADOW_SERVICE } from '@flaghoist/core/canary';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { CANARY_EVERY_MS, Canary, type WorldOfCanary } from '../lib/canary/canary.ts';

type Ending = 'verified' | 'unverified' | 'rejected' | 'no world' | 'no topology';

const serving = topologyOf({ home: 'eu-west-1', services: ['cards'] });

/** A home that decides each of the canary's changes at once, as the test says. @param history the changes of an earlier start */
const scene = (history: readonly object[] = []) => {
  let now = 1_000_000_000;
  let ending: Ending = 'verified';
  let topology = serving;
  let asleep = () => {};
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      asleep();
      now += ms;
    },
  };
  const log = new RecordingLogger();
  const order = { epoch: 1, revision: 1 };
  let meanwhile = () => {};
  const outcome = async () => {
    meanwhile();
    return ending === 'rejected' ? { outcome: 'rejected', violations: [] } : { outcome: 'accepted', order };
  };
  const world = {
    author: 'local:canary',
    proposals: { propose: async () => 'written' },
    flags: { current: async () => (history.length === 0 ? undefined : { order }) },
    changes: {
      outcome,
      record: async () => ({ state: ending, decidedAt: now, acceptedAt: now - 1_000 }),
      async *recordsBefore() {
        yield* history;
      },
    },
    topology: {
      latest: async () => {
        if (ending === 'no topology') throw new Error('the table is away');
        return topology;
      },
    },
    plant: () => () => {},
  } as unknown as WorldOfCanary;
  const canary = new Canary({
    log,
    clock,
    world: () => {
      if (ending === 'no world') throw new Error('home moves');
      return world;
    },
  });
  const steps = async (count: number, all: Ending): Promise<void> => {
    ending = all;
    for (let step = 0; step < count; step += 1) {
      await canary.step();
      now += CANARY_EVERY_MS;
    }
  };
  const becomes = (next: typeof serving): void => {
    topology = next;
  };
  /** While a change is waited for. */
  const during = (then: () => void): void => {
    meanwhile = then;
  };
  /** Runs until it would make its first change. */
  const endsBeforeItsFirst = async (): Promise<void> => {
    asleep = () => canary.stop();
    await canary.run();
  };
  return { canary, log, steps, becomes, during, endsBeforeItsFirst };
};

describe('the alarm of the canary about itself', () => {
  it.each<Ending>(['unverified', 'rejected', 'no world', 'no topology'])(
    'rings from the start after three changes in a row that end as: %s',
    async (ending) => {
      const { canary, log, steps } = scene();
      await steps(2, ending);
      expect([log.messages('error'), canary.status.undetected]).toEqual([[], []]);
      await steps(1, ending);
      expect(log.messages('error')).toEqual(['detection is not proven any more']);
      expect(canary.status.undetected).toEqual([
        expect.objectContaining({ region: '*', why: expect.stringContaining('3 changes in a row') }),
      ]);
      await steps(7, ending);
      expect(log.messages('error')).toHaveLength(2);
      await steps(1, 'verified');
      expect(canary.status.undetected).toEqual([]);
    },
  );

  it('rings where two rounds through all regions have found nothing', async () => {
    const { canary, log, steps } = scene();
    // Each tenth change is planted, and ends verified: nobody has seen the fault.
    await steps(20, 'verified');
    expect(log.messages('error')).toEqual(['planted fault was not found', 'planted fault was not found']);
    await steps(1, 'verified');
    expect(log.messages('error')).toContain('detection is not proven any more');
    expect(canary.status.undetected.map(({ region }) => region).sort()).toEqual(['*', 'eu-west-1']);
  });
});

describe('a region that was drained', () => {
  const drained = topologyOf({
    home: 'mars-1',
    regions: [{ name: 'eu-west-1', state: 'draining' }, 'mars-1'],
    services: ['cards'],
  });

  it('is not shown as proven after a start, before anything was changed', async () => {
    const order = { epoch: 1, revision: 1 };
    const found = (region: string) => {
      const blame = { region, services: [SHADOW_SERVICE] };
      return { order, state: 'rolled-back', acceptedAt: 1_000, decidedAt: 19_000, blame };
    };
    const { canary, becomes, endsBeforeItsFirst } = scene([found('eu-west-1'), found('mars-1')]);
    becomes(drained);
    await endsBeforeItsFirst();
    expect(canary.status.detections.map(({ region }) => region)).toEqual(['mars-1']);
  });

  it('is not asked any more for what was missed in it', async () => {
    const { canary, steps, becomes } = scene();
    await steps(10, 'verified');
    expect(canary.status.undetected).toEqual([
      expect.objectContaining({ region: 'eu-west-1', why: 'what was planted was not found (verified)' }),
    ]);
    becomes(drained);
    await steps(1, 'verified');
    expect(canary.status.undetected).toEqual([]);
  });

  it('rings nobody when that happened while its fault was looked for', async () => {
    const { canary, log, steps, becomes, during } = scene();
    await steps(9, 'verified');
    during(() => becomes(drained));
    await steps(1, 'verified');
    expect([canary.status.undetected, log.messages('error')]).toEqual([[], []]);
  });
});
