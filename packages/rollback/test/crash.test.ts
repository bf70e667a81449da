import type { Envelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { type Doom, doomed, failingOnce } from '@flaghoist/test-kit/trouble';
import { createConcludeHandler, createJudgeHandler } from '../lib/handler.ts';
import { createHome, type Home, verdict } from './support/home.ts';

const MOMENTS = ['before', 'after'] as const;
/** More calls than any decision makes; `struck` says when the last one was passed. */
const MOST_CALLS = 60;

interface Scene {
  readonly home: Home;
  readonly change: Envelope;
  readonly bodies: readonly string[];
}

/** Plays a scene once for every call at which it can be struck. */
const atEveryCall = async (
  strike: typeof doomed | typeof failingOnce,
  stage: () => Promise<Scene>,
  check: (scene: Scene, doom: Doom) => Promise<void>,
): Promise<number> => {
  for (let atCall = 1; atCall <= MOST_CALLS; atCall += 1) {
    let struck = false;
    for (const moment of MOMENTS) {
      const scene = await stage();
      const { ports, struck: isStruck } = strike(scene.home.ports, { atCall, moment });
      const { batchItemFailures } = await scene.home.clock.run(createJudgeHandler(ports)(sqsEvent(scene.bodies)));
      if (isStruck()) {
        struck = true;
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        // A process that dies answers nothing, so all its messages come again; one that failed says which.
        const again = scene.bodies.filter((_, index) => strike === doomed || failed.has(`m${index + 1}`));
        expect(await scene.home.deliver(...again)).toEqual([]);
      }
      await check(scene, { atCall, moment });
    }
    if (!struck) return atCall - 1;
  }
  throw new Error('the scene never ends');
};

const failing = async (): Promise<Scene> => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const change = await home.accept('updated', { on: false });
  return {
    home,
    change,
    bodies: [verdict(change, 'eu-west-1', 'inconsistent'), verdict(change, 'us-east-1', 'consistent')],
  };
};

describe('a process that dies at any call, and whose messages come again', () => {
  it('takes a change back exactly once, and every region is sent the revert', async () => {
    const calls = await atEveryCall(doomed, failing, async ({ home, change }) => {
      expect(await home.kinds()).toEqual(['created', 'updated', 'rolled-back']);
      expect(await home.state(change)).toBe('rolled-back');
      expect(home.topic.regionsSent(3)).toEqual(['ap-south-1', 'eu-west-1', 'us-east-1']);
      expect(await home.changes.revertsInMinute(home.clock.now())).toBe(1);
    });
    // Two proofs, eight reads, the revert's parts, the transaction, the record, three publishes.
    expect(calls).toBeGreaterThan(15);
  });

  it('verifies a change and moves known good', async () => {
    const stage = async (): Promise<Scene> => {
      const home = createHome();
      const change = await home.accept('created');
      return { home, change, bodies: change.regions.map((region) => verdict(change, region, 'consistent')) };
    };
    await atEveryCall(doomed, stage, async ({ home, change }) => {
      expect(await home.state(change)).toBe('verified');
      expect(await home.knownGood()).toBe(1);
    });
  });

  it('holds a kill, sends it again and raises the alarm', async () => {
    const stage = async (): Promise<Scene> => {
      const home = createHome();
      await home.prove(await home.accept('created'));
      const change = await home.accept('killed');
      return { home, change, bodies: [verdict(change, 'eu-west-1', 'inconsistent')] };
    };
    await atEveryCall(doomed, stage, async ({ home, change }) => {
      expect(await home.state(change)).toBe('held');
      expect(home.topic.regionsSent(2)).toEqual(['eu-west-1']);
      expect(home.log.messages('error')).toContain('change held');
    });
  });

  it('concludes a silent change when the workflow tries again', async () => {
    for (let atCall = 1; atCall <= 8; atCall += 1) {
      for (const moment of MOMENTS) {
        const home = createHome();
        const change = await home.accept('created');
        const input = { step: 'conclude', changeId: change.change.id, flagKey: change.flagKey, order: orderOf(change) };
        const { ports } = doomed(home.ports, { atCall, moment });
        await createConcludeHandler(ports)(input).catch(() => undefined);
        await createConcludeHandler(home.ports)(input);
        expect(await home.state(change)).toBe('unverified');
        expect(home.log.messages('error')).toContain('change unverified');
      }
    }
  });
});

it('a single call that fails costs a redelivery at most, never the outcome', async () => {
  await atEveryCall(failingOnce, failing, async ({ home, change }) => {
    expect(await home.kinds()).toEqual(['created', 'updated', 'rolled-back']);
    expect(await home.state(change)).toBe('rolled-back');
  });
});
