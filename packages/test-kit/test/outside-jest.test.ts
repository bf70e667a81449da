import { join } from 'node:path';
import { casesOutsideJest, outsideJest } from '../lib/outside-jest.ts';
import type { countAndFail, countUntilDeath, double, refuse } from './fixtures/in-a-process.ts';

const file = join(__dirname, 'fixtures/in-a-process.ts');

interface Played {
  readonly cases: readonly number[];
  readonly error?: unknown;
}

const played = async (walk: AsyncIterable<number>): Promise<Played> => {
  const cases: number[] = [];
  try {
    for await (const each of walk) cases.push(each);
    return { cases };
  } catch (error) {
    return { cases, error };
  }
};

it('gives back what the function resolves to', async () => {
  expect(await outsideJest<typeof double>(file, 'double', 21)).toBe(42);
});

it('fails with what the function threw', async () => {
  await expect(outsideJest<typeof refuse>(file, 'refuse')).rejects.toThrow('RangeError: it refuses');
});

it('gives each case, in their order', async () => {
  const cases = casesOutsideJest<typeof countUntilDeath>(file, 'countUntilDeath', 3, 3);
  expect(await played(cases)).toEqual({ cases: [0, 1, 2] });
});

it('fails after the cases before a crash, and counts them', async () => {
  const cases = casesOutsideJest<typeof countUntilDeath>(file, 'countUntilDeath', 5, 2);
  const { cases: before, error } = await played(cases);
  expect(before.length).toBeLessThanOrEqual(2);
  expect(String(error)).toContain(`ended with SIGKILL after ${before.length} cases`);
});

it('fails when the process says so, whatever it has played', async () => {
  expect(await played(casesOutsideJest<typeof countAndFail>(file, 'countAndFail'))).toMatchObject({
    cases: [0],
    error: new Error(`countAndFail of ${file} ended with 3 after 1 cases: `),
  });
});

it('does not take a walk for one result', async () => {
  await expect(outsideJest<typeof countUntilDeath>(file, 'countUntilDeath', 2, 2)).rejects.toThrow(
    'gave 2 results, not one',
  );
});
