import { SeededRandom } from '../lib/random.ts';

const numbers = (seed: number, count: number): number[] => {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

it('repeats itself for a seed, and differs between neighbouring ones', () => {
  expect(numbers(7, 100)).toEqual(numbers(7, 100));
  expect(numbers(7, 3)).not.toEqual(numbers(8, 3));
  expect(numbers(7, 3)).not.toEqual(numbers(7 + 2 ** 32, 3));
});

it('is uniform in [0, 1)', () => {
  const drawn = numbers(1, 100_000);
  const tenths = new Array<number>(10).fill(0);
  for (const value of drawn) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});
