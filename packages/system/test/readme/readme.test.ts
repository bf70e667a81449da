import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from './example.ts';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('shows the snippet that is tested here', () => {
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(readFileSync(join(__dirname, 'example.ts'), 'utf8'));
});

it('the snippet works', async () => {
  jest.useFakeTimers();
  const pausing = pause();
  await jest.advanceTimersByTimeAsync(2);
  const paused = await pausing;
  jest.useRealTimers();
  expect(paused).toBeGreaterThanOrEqual(0);
  expect(paused).toBeLessThanOrEqual(2);
});

it('names every file of lib, and no other', () => {
  const named = [...readme.matchAll(/^\| `([a-z-]+\.ts)` \|/gm)].map(([, file]) => file);
  expect(named.sort()).toEqual(readdirSync(join(root, 'lib')).sort());
});
