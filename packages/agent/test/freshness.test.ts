import { Freshness } from '../lib/freshness.ts';

/** A wall clock, which somebody may set back. */
const at = (now: number) => {
  const clock = { time: now, now: () => clock.time };
  return { clock, freshness: new Freshness(clock) };
};

it('is as old as the newest look, whatever order they end in', () => {
  const { clock, freshness } = at(10_000);
  freshness.seen(9_000);
  freshness.seen(8_000);
  expect([freshness.seenAt, freshness.ageMs]).toEqual([9_000, 1_000]);
  clock.time = 9_500;
  freshness.seen(9_400);
  expect([freshness.seenAt, freshness.ageMs]).toEqual([9_400, 100]);
});

it('is never of a negative age, where the clock was set back', () => {
  const { clock, freshness } = at(10_000);
  freshness.seen(10_000);
  clock.time = 4_000;
  expect([freshness.ageMs, freshness.stale]).toEqual([0, false]);
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
