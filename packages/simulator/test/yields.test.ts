import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { yieldingPorts } from '../lib/yields.ts';
import { startWorld } from './support/world.ts';

/** A counter that is read and written back: what two do at the same time, one of them loses. */
const counting = async (yields: boolean, seed = 1) => {
  const scheduler = new VirtualScheduler();
  let stored = 0;
  const counter = {
    read: async () => stored,
    write: async (value: number) => {
      stored = value;
    },
  };
  const given = { counter, log: { info: () => 'at once' } };
  const ports = yields ? yieldingPorts(given, { scheduler, random: new SeededRandom(seed), longestMs: 10 }) : given;
  const increment = async () => ports.counter.write((await ports.counter.read()) + 1);
  const log = ports.log.info();
  await scheduler.run((async () => void (await Promise.all([increment(), increment()])))());
  return { stored, log };
};

it('others come in between two calls of a port, and what is the process’s own answers at once', async () => {
  expect(await counting(true)).toEqual({ stored: 1, log: 'at once' });
});

it('a call is carried out after a while, and answered after another', async () => {
  const scheduler = new VirtualScheduler();
  const calledAt: number[] = [];
  const clock = { call: async () => void calledAt.push(scheduler.now()) };
  const ports = yieldingPorts({ clock: 0, port: clock }, { scheduler, random: new SeededRandom(1), longestMs: 1_000 });
  const from = scheduler.now();
  await scheduler.run(ports.port.call());
  expect(calledAt[0]).toBeGreaterThan(from);
  expect(scheduler.now()).toBeGreaterThan(calledAt[0] ?? Number.POSITIVE_INFINITY);
});

it('a walk takes its time before it begins', async () => {
  const scheduler = new VirtualScheduler();
  const numbers = {
    async *all() {
      yield 1;
      yield 2;
    },
  };
  const ports = yieldingPorts({ numbers }, { scheduler, random: new SeededRandom(1), longestMs: 10 });
  const seen: number[] = [];
  const walked = (async () => {
    for await (const number of ports.numbers.all()) seen.push(number);
  })();
  await scheduler.advance(0);
  expect(seen).toEqual([]);
  await scheduler.run(walked);
  expect(seen).toEqual([1, 2]);
});

it('in a world with yields a region names the Redis at fault, and home understands it', async () => {
  const t = await startWorld({ seed: 6, regions: 2, services: 2, yieldMs: 30 });
  await t.verified();
  t.region(1).caches.breakService(t.service(1), 'ignores-writes');
  const changeId = await t.propose();
  expect(await t.settled(changeId)).toBe('rolled-back');
  expect((await t.recordOf(changeId)).blame).toEqual({ region: t.region(1).name, services: [t.service(1)] });
});

it('in a world with yields changes are verified all the same', async () => {
  const t = await startWorld({ seed: 5, regions: 2, services: 2, yieldMs: 30 });
  await t.verified();
  await t.verified();
});
