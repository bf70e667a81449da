import { systemClock } from '../lib/clock.ts';
import { preciseNow } from '../lib/precise-now.ts';

const newYear = Date.UTC(2027, 0, 1);

beforeEach(() => {
  jest.useFakeTimers({ now: newYear });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the wall clock', () => {
  it('gives the epoch milliseconds of the machine', () => {
    expect(systemClock.now()).toBe(newYear);
    jest.setSystemTime(newYear - 60_000);
    expect(systemClock.now()).toBe(newYear - 60_000);
  });

  it('sleeps as long as it is told, and no longer', async () => {
    let woke = false;
    const sleeping = systemClock.sleep(1_000).then(() => {
      woke = true;
    });
    await jest.advanceTimersByTimeAsync(999);
    expect(woke).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(woke).toBe(true);
  });
});

describe('the precise clock', () => {
  it('goes on with the time that passes', () => {
    const before = preciseNow();
    jest.advanceTimersByTime(1_000);
    expect(preciseNow() - before).toBeCloseTo(1_000, 2);
  });

  it('has parts of a millisecond', () => {
    jest.useRealTimers();
    expect(Array.from({ length: 100 }, preciseNow).every(Number.isInteger)).toBe(false);
  });

  it('does not follow a wall clock that is set back', () => {
    const before = preciseNow();
    jest.setSystemTime(newYear - 60_000);
    expect(preciseNow()).toBeGreaterThanOrEqual(before);
  });
});
