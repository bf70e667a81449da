import { expectations, judgedCorpus, refusedFlags, substantial } from '../scripts/corpora.ts';

it('refuses at most three of the legitimate flags, and defends each in a sentence', async () => {
  const refused = (await judgedCorpus('legitimate'))
    .filter((file) => refusedFlags(file).size > 0)
    .map(({ name }) => name);
  const { defended } = expectations();
  expect(refused.length).toBeLessThanOrEqual(3);
  for (const name of refused) expect(defended[name]).toMatch(/^[A-Z].*\.$/);
});

it('refuses at most one in ten of the flags in the manner of flagd’s documentation', async () => {
  const files = await judgedCorpus('documented');
  const flags = files.reduce((sum, file) => sum + file.flags.length, 0);
  expect(flags).toBeGreaterThanOrEqual(100);
  expect(files.reduce((sum, file) => sum + refusedFlags(file).size, 0)).toBeLessThanOrEqual(flags / 10);
});

it('says what each dangerous flag is', async () => {
  const { dangerous } = expectations();
  const files = await judgedCorpus('dangerous');
  expect(files.map(({ name }) => name).filter((name) => dangerous[name] === undefined)).toEqual([]);
  const missed = files.filter((file) => substantial(file).length === 0).map(({ name }) => name);
  expect(missed).toEqual([]);
});
