import { RealScheduler } from '../lib/real/scheduler.ts';

let scheduler: RealScheduler;
beforeEach(() => {
  scheduler = new RealScheduler();
});
afterEach(() => {
  scheduler.close();
  jest.useRealTimers();
});

it('runs tasks in the order of their due times', async () => {
  // A machine that pauses between two calls would change the due times.
  jest.useFakeTimers();
  const ran: string[] = [];
  scheduler.schedule(3, () => void ran.push('third'));
  scheduler.schedule(1, () => void ran.push('second'));
  scheduler.schedule(0, () => void ran.push('first'));
  await jest.advanceTimersByTimeAsync(4);
  expect(ran).toEqual(['first', 'second', 'third']);
});

it('lets others have a turn between batches of tasks that are due at once', async () => {
  let ran = 0;
  for (let i = 0; i < 10_000; i += 1) {
    scheduler.schedule(0, () => {
      ran += 1;
    });
  }
  const other = new RealScheduler();
  await other.sleep(0);
  expect(ran).toBeLessThan(10_000);
  while (ran < 10_000) await other.sleep(0);
  other.close();
});

it('runs a task with an earlier due time although a timer for a later one is armed', async () => {
  let early = false;
  scheduler.schedule(3_600_000, () => {});
  scheduler.schedule(1, () => {
    early = true;
  });
  await scheduler.sleep(2);
  expect(early).toBe(true);
});

it('hands over what tasks throw, and goes on', async () => {
  const errors: unknown[] = [];
  const tolerant = new RealScheduler({ onError: (error) => errors.push(error) });
  tolerant.schedule(0, () => {
    throw new Error('sync');
  });
  tolerant.schedule(0, async () => {
    throw new Error('async');
  });
  await tolerant.sleep(1);
  tolerant.close();
  expect(errors).toEqual([new Error('sync'), new Error('async')]);
});

it('runs nothing once closed', async () => {
  let ran = false;
  const closed = new RealScheduler();
  closed.schedule(0, () => {
    ran = true;
  });
  closed.close();
  closed.schedule(0, () => {
    ran = true;
  });
  await scheduler.sleep(2);
  expect(ran).toBe(false);
});

it('gives whole milliseconds that never run backwards', () => {
  const times = Array.from({ length: 1000 }, () => scheduler.now());
  expect(times.every(Number.isInteger)).toBe(true);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
