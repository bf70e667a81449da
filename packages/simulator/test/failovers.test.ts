import { SeededRandom } from '@flaghoist/in-memory/random';
import { rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld, type TestWorldOptions } from './support/world.ts';

/*
 * A Redis of one region fails over while a healthy change spreads: nothing is taken back, and every region proves the change
 * within three minutes. A sample in every run; FAILOVER_BOUNDS=large runs each second from 1 to 60 with twelve seeds.
 */

const { FAILOVER_BOUNDS = 'small' } = process.env;
const large = FAILOVER_BOUNDS === 'large';
const seeds = Array.from({ length: large ? 12 : 1 }, (_, index) => 300 + index);
const seconds = large ? Array.from({ length: 60 }, (_, index) => index + 1) : [14, 27, 58];

type Mode = 'unreachable' | 'read-only' | 'tail lost' | 'back empty';
const modes: readonly Mode[] = ['unreachable', 'read-only', 'tail lost', 'back empty'];

const REGION = 1;
const WITHIN_MS = 180_000;

const cachesOf = (t: TestWorld) => t.region(REGION).caches;
const breakAll = (t: TestWorld, mode: Mode): void => {
  for (const service of t.services) cachesOf(t).breakService(service, mode === 'read-only' ? mode : 'unreachable');
};
const healAll = (t: TestWorld): void => {
  for (const service of t.services) cachesOf(t).heal(service);
};

/** `slow`: a message lies in its queue for up to 6 s each time, so that a try seldom falls just before a look. */
type Queues = 'prompt' | 'slow';
const LONGEST_IN_QUEUE_MS = 6_000;

interface Failover {
  readonly mode: Mode;
  readonly seed: number;
  readonly queues: Queues;
  /** Of one service, or of all. */
  readonly audience: '*' | 'one';
}

/** Lets the updater wait before it takes up a batch. That is no time of the function's own. */
const lyingInQueues = (seed: number) => {
  const random = new SeededRandom(seed);
  let world: TestWorld | undefined;
  const instrument: NonNullable<TestWorldOptions['instrument']> = (name, handler) => {
    if (name !== 'cache-updater.apply') return handler;
    const late = async (...input: never[]): Promise<unknown> => {
      await world?.scheduler.sleep(random.next() * LONGEST_IN_QUEUE_MS);
      return handler(...input);
    };
    return late as typeof handler;
  };
  const from = (t: TestWorld): void => {
    world = t;
  };
  return { instrument, from };
};

const start = async ({ seed, audience, queues }: Failover) => {
  const lying = lyingInQueues(seed);
  const t = await startWorld({ latency: 'modelled', seed, regions: 2, instrument: lying.instrument });
  if (queues === 'slow') lying.from(t);
  const about = audience === '*' ? {} : { audience: [t.service(0)] };
  await t.verified(about);
  return { t, about };
};

/** What became of a change: its state, and how long after its acceptance it was verified. */
const endOf = async (t: TestWorld, changeId: string) => {
  await t.advance(WITHIN_MS);
  const { state, acceptedAt, decidedAt = Number.POSITIVE_INFINITY } = await t.recordOf(changeId);
  return { state, inTime: decidedAt - acceptedAt <= WITHIN_MS };
};

const failOver = async (failover: Failover, ms: number) => {
  const { t, about } = await start(failover);
  const snapshots = t.services.map((service) => [service, cachesOf(t).snapshot(service)] as const);
  const changeId = await t.propose(about);
  await t.advance(((failover.seed * 7) % 20) * 100);
  breakAll(t, failover.mode);
  await t.advance(ms);
  if (failover.mode === 'tail lost') for (const [service, copy] of snapshots) cachesOf(t).restore(service, copy);
  if (failover.mode === 'back empty') for (const service of t.services) cachesOf(t).lose(service);
  healAll(t);
  return { ...(await endOf(t, changeId)), ends: await t.wrongCaches(defaultFlag, rev(2)) };
};

const FINE = { state: 'verified', inTime: true };

const sweep = seconds.flatMap((duration) => [
  { duration, queues: 'prompt' as const },
  // Of the sample, the one in which the second look comes at the very end of the outage.
  ...(large || duration === 27 ? [{ duration, queues: 'slow' as const }] : []),
]);

describe.each(modes)('a Redis that is %s', (mode) => {
  it.each(sweep)(
    'for $duration s takes no healthy change back, queues $queues',
    async ({ duration, queues }) => {
      for (const seed of seeds) {
        for (const audience of large ? (['*', 'one'] as const) : (['*'] as const)) {
          const { ends, ...end } = await failOver({ mode, seed, audience, queues }, duration * 1_000);
          expect({ seed, audience, ...end }).toEqual({ seed, audience, ...FINE });
          if (audience === '*') expect(ends).toEqual([]);
        }
      }
    },
    600_000,
  );
});

const flapping = (large ? (['unreachable', 'read-only'] as const) : (['read-only'] as const)).flatMap((mode) =>
  (large ? (['prompt', 'slow'] as const) : (['prompt'] as const)).map((queues) => ({ mode, queues })),
);

describe.each(large ? [15, 20] : [20])('a Redis that flaps, %d s each', (period) => {
  it.each(flapping)(
    '$mode, queues $queues: takes nothing back',
    async ({ mode, queues }) => {
      for (const seed of seeds) {
        const { t } = await start({ mode, seed, audience: '*', queues });
        const changeIds: string[] = [];
        for (let round = 0; round < 6; round += 1) {
          breakAll(t, mode);
          changeIds.push(await t.propose());
          await t.advance(period * 1_000);
          healAll(t);
          await t.advance(period * 1_000);
        }
        await t.advance(WITHIN_MS);
        const states = await Promise.all(changeIds.map(async (changeId) => (await t.recordOf(changeId)).state));
        expect({ seed, states }).toEqual({ seed, states: changeIds.map(() => 'verified') });
      }
    },
    600_000,
  );
});
