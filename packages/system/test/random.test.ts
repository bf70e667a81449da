import { systemRandom } from '../lib/random.ts';

it('draws different numbers from 0 up to, but not including, 1', () => {
  const drawn = Array.from({ length: 100 }, () => systemRandom.next());
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(drawn).size).toBeGreaterThan(1);
});
