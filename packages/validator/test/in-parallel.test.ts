import { inParallel } from '../lib/in-parallel.ts';

const always = (): boolean => true;

it('throws what one threw while the next was awaited, and begins no more', async () => {
  const begun: number[] = [];
  async function* items() {
    for (const item of [1, 2, 3]) {
      yield item;
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
  }
  const ended = inParallel(items(), always, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('the first');
  });
  await expect(ended).rejects.toThrow('the first');
  expect(begun).toEqual([1]);
});
