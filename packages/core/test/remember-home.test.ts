import { InvalidInputError } from '../lib/errors.ts';
import type { HomeRegion } from '../lib/ports/home-source.ts';
import { HOME_REMEMBERED_MS, isHome, rememberHome } from '../lib/remember-home.ts';

const scene = () => {
  let now = 0;
  let answer: HomeRegion | Error = { region: 'us-east-1', epoch: 1 };
  let reads = 0;
  const source = {
    home: async () => {
      reads += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return {
    remembered: rememberHome(source, { now: () => now }),
    reads: () => reads,
    pass: (ms: number) => {
      now += ms;
    },
    answer: (next: HomeRegion | Error) => {
      answer = next;
    },
  };
};

it('is read once, and again when a second is over', async () => {
  const { remembered, reads, pass, answer } = scene();
  await remembered.home();
  answer({ region: 'eu-west-1', epoch: 2 });
  pass(HOME_REMEMBERED_MS - 1);
  expect(await isHome('us-east-1', remembered)).toBe(true);
  expect(reads()).toBe(1);
  pass(1);
  expect(await isHome('us-east-1', remembered)).toBe(false);
  expect(await remembered.home()).toEqual({ region: 'eu-west-1', epoch: 2 });
  expect(reads()).toBe(2);
});

it('does not remember that it could not be read', async () => {
  const { remembered, answer } = scene();
  answer(new Error('throttled'));
  await expect(remembered.home()).rejects.toThrow('throttled');
  answer({ region: 'us-east-1', epoch: 1 });
  expect(await isHome('us-east-1', remembered)).toBe(true);
});

it('goes on with the home that it knows when somebody writes an item that names none', async () => {
  const { remembered, answer, pass } = scene();
  const foreign = new InvalidInputError('item HOME/HOME', ['/epoch: is x'], 'Put it back.');
  answer(foreign);
  await expect(remembered.home()).rejects.toMatchObject({
    code: 'FH_UNAVAILABLE',
    hint: expect.stringContaining('Put it back.'),
  });
  answer({ region: 'us-east-1', epoch: 1 });
  await remembered.home();
  answer(foreign);
  pass(HOME_REMEMBERED_MS);
  expect(await remembered.home()).toEqual({ region: 'us-east-1', epoch: 1 });
  answer(new Error('throttled'));
  pass(HOME_REMEMBERED_MS);
  await expect(remembered.home()).rejects.toThrow('throttled');
});
