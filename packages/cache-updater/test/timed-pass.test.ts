import { timed } from '../lib/timed-pass.ts';

const result = { checked: 1, repaired: 0, clean: ['payments'], unexplained: 0 };

it('says how long each pass took, and of the first how long its instance took to start', async () => {
  let now = 1_000;
  const pass = timed(
    async () => {
      now += 250.4;
      return result;
    },
    { coldStartMs: 230, now: () => now },
  );
  expect(await pass({ cell: 'cell-1' })).toEqual({ ...result, tookMs: 250, coldStartMs: 230 });
  expect(await pass({ cell: 'cell-1' })).toEqual({ ...result, tookMs: 250 });
});

it('says no start of a pass that is not its first, whatever became of that', async () => {
  const outcomes = [() => Promise.reject(new Error('away')), async () => result];
  const pass = timed(async () => (outcomes.shift() ?? (async () => result))(), { coldStartMs: 230, now: () => 0 });
  await expect(pass({})).rejects.toThrow('away');
  expect(await pass({})).toEqual({ ...result, tookMs: 0 });
});
