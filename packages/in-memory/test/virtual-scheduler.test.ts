import fc from 'fast-check';
import { SeededRandom } from '../lib/random.ts';
import { VirtualScheduler } from '../lib/virtual-scheduler.ts';

it('runs tasks by due time, and equal ones in the order of scheduling', async () => {
  const scheduler = new VirtualScheduler();
  const ran: string[] = [];
  scheduler.schedule(20, () => void ran.push('c'));
  scheduler.schedule(10, () => void ran.push('a'));
  scheduler.schedule(10, () => void ran.push('b'));
  await scheduler.advance(15);
  expect(ran).toEqual(['a', 'b']);
  await scheduler.advance(5);
  expect(ran).toEqual(['a', 'b', 'c']);
});

it('settles every promise of a task before the next one starts', async () => {
  const scheduler = new VirtualScheduler();
  const ran: string[] = [];
  scheduler.schedule(0, async () => {
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
    ran.push('deep');
  });
  scheduler.schedule(0, () => void ran.push('next'));
  await scheduler.advance(0);
  expect(ran).toEqual(['deep', 'next']);
});

it('lets sleepers wake at their time, in whole milliseconds', async () => {
  const scheduler = new VirtualScheduler({ startAt: 1000 });
  const woke: number[] = [];
  const sleeper = async (): Promise<void> => {
    await scheduler.sleep(10.5);
    woke.push(scheduler.now());
    await scheduler.sleep(10);
    woke.push(scheduler.now());
  };
  void sleeper();
  await scheduler.advance(30);
  expect(woke).toEqual([1010, 1020]);
  expect(scheduler.now()).toBe(1030);
});

it('drives code that sleeps to its result', async () => {
  const scheduler = new VirtualScheduler({ startAt: 0 });
  const slow = async (): Promise<string> => {
    await scheduler.sleep(5000);
    return 'done';
  };
  expect(await scheduler.run(slow())).toBe('done');
  expect(scheduler.now()).toBe(5000);
});

it('does not run a cancelled task', async () => {
  const scheduler = new VirtualScheduler();
  let ran = false;
  scheduler
    .schedule(1, () => {
      ran = true;
    })
    .cancel();
  await scheduler.runUntilIdle();
  expect(ran).toBe(false);
});

it('keeps count when most of many tasks are cancelled', async () => {
  const scheduler = new VirtualScheduler();
  let ran = 0;
  const count = (): void => {
    ran += 1;
  };
  const tasks = Array.from({ length: 5_000 }, (_, index) => scheduler.schedule(5_000 - index, count));
  for (const task of tasks.slice(1_000)) task.cancel();
  for (const task of tasks.slice(1_000)) task.cancel();
  expect(scheduler.waiting).toBe(1_000);
  await scheduler.runUntilIdle();
  expect([ran, scheduler.waiting]).toEqual([1_000, 0]);
});

it.each([
  [
    'throws',
    () => {
      throw new Error('broken task');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('broken task');
    },
  ],
])('rethrows when a task %s, and goes on afterwards', async (_how, task) => {
  const scheduler = new VirtualScheduler();
  let ranLater = false;
  scheduler.schedule(1, task);
  scheduler.schedule(2, () => {
    ranLater = true;
  });
  await expect(scheduler.advance(5)).rejects.toThrow('broken task');
  await scheduler.advance(5);
  expect(ranLater).toBe(true);
});

it('says so when a condition is not reached, and when the world never rests', async () => {
  const scheduler = new VirtualScheduler();
  await expect(scheduler.runUntil(() => false)).rejects.toThrow('not reached');
  const again = (): void => void scheduler.schedule(100, again);
  again();
  await expect(scheduler.runUntil(() => false, { limitMs: 1000 })).rejects.toThrow('not reached');
  await expect(scheduler.runUntilIdle({ limitMs: 1000 })).rejects.toThrow('not idle');
});

it('refuses two drivers at once and delays that are no delays', async () => {
  const scheduler = new VirtualScheduler();
  const first = scheduler.advance(1);
  await expect(scheduler.advance(1)).rejects.toThrow('one place');
  await first;
  expect(() => scheduler.schedule(Number.NaN, () => {})).toThrow(RangeError);
  expect(() => scheduler.schedule(-1, () => {})).toThrow(RangeError);
});

it('keeps the order whatever is scheduled and cancelled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ delay: fc.nat(50), cancelled: fc.boolean() }), { maxLength: 3000, size: 'max' }),
      async (plan) => {
        const scheduler = new VirtualScheduler();
        const ran: number[] = [];
        const tasks = plan.map(({ delay }, index) => scheduler.schedule(delay, () => void ran.push(index)));
        for (const [index, task] of tasks.entries()) if (plan[index]?.cancelled) task.cancel();
        await scheduler.runUntilIdle();
        const expected = [...plan.entries()]
          .filter(([, { cancelled }]) => !cancelled)
          .sort(([i, a], [j, b]) => a.delay - b.delay || i - j)
          .map(([index]) => index);
        expect(ran).toEqual(expected);
        expect(scheduler.waiting).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});

it('runs tasks of one moment in the order that its seed gives, the same each time', async () => {
  const orderOf = async (seed: number | undefined): Promise<string> => {
    const scheduler = new VirtualScheduler(seed === undefined ? {} : { random: new SeededRandom(seed) });
    const order: number[] = [];
    for (let task = 0; task < 8; task += 1) scheduler.schedule(5, () => void order.push(task));
    await scheduler.runUntilIdle();
    return order.join('');
  };
  expect(await orderOf(undefined)).toBe('01234567');
  expect(await orderOf(1)).toBe(await orderOf(1));
  expect(new Set([await orderOf(1), await orderOf(2), await orderOf(3)]).size).toBe(3);
});
