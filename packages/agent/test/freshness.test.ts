import { steadyClock } from '@flaghoist/core/steady-clock';
import { Freshness } from '../lib/freshness.ts';

/** A wall clock, which somebody may set back. */
const at = (now: number) => {
  const clock = { time: now, now: () => clock.time };
  return { clock, steady: steadyClock(clock), freshness: new Freshness(steadyClock(clock)) };
};

it('is as old as the newest look, whatever order they end in', () => {
  const { clock, freshness } = at(10_000);
  freshness.seen(9_000);
  freshness.seen(8_000);
  expect(freshness.ageMs).toBe(1_000);
  clock.time = 10_500;
  freshness.seen(10_400);
  expect(freshness.ageMs).toBe(100);
});

it('grows old at the same pace where the clock was set back, and never has a negative age', () => {
  const { clock, freshness } = at(3_600_000);
  freshness.seen(3_600_000);
  clock.time = 3_601_000;
  expect(freshness.ageMs).toBe(1_000);
  clock.time = 1_000;
  expect([freshness.ageMs, freshness.stale]).toEqual([1_000, false]);
  clock.time = 6_000;
  expect([freshness.ageMs, freshness.stale]).toEqual([6_000, true]);
  clock.time = 31_000;
  expect(freshness.killMayBeUnseen).toBe(true);
});

it('runs on when the clock is put forward and right again', () => {
  const { clock, steady } = at(0);
  const times = [1_000, 3_601_000, 2_000, 1_500, 2_500].map((time) => {
    clock.time = time;
    return steady.now();
  });
  expect(times).toEqual([1_000, 3_601_000, 3_601_000, 3_601_000, 3_602_000]);
});

it('is stale after 5 s, and may have missed a kill after 30 s', () => {
  const { clock, freshness } = at(0);
  expect([freshness.loaded, freshness.stale, freshness.killMayBeUnseen]).toEqual([false, true, true]);
  freshness.seen(0);
  const states = [5_000, 5_001, 30_000, 30_001].map((time) => {
    clock.time = time;
    return [freshness.stale, freshness.killMayBeUnseen];
  });
  expect(states).toEqual([
    [false, false],
    [true, false],
    [true, false],
    [true, true],
  ]);
});

it('says once that there is something', () => {
  const { freshness } = at(0);
  let said = 0;
  freshness.onLoaded(() => {
    said += 1;
  });
  freshness.seen(0);
  freshness.seen(1);
  expect(said).toBe(1);
});
