import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meant, planned, stackDirectory } from '../support.ts';
import { prove } from './example.ts';

const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
const clock = { now: () => Date.parse('2026-11-22T12:00:00Z') };

it('shows the snippet that is tested here', () => {
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(readFileSync(join(__dirname, 'example.ts'), 'utf8'));
});

it('the snippet works, with the entry that the README shows', async () => {
  const shown = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const [path = ''] = /\bmodule\.\S+/.exec(shown) ?? [];
  const [, entry = ''] = shown.split('allowed:\n');
  const listOf = (paths: readonly string[]): string =>
    `version: 1\nallowed:\n${paths.map((each) => entry.replace(path, each).replace(/^ *scale: .*\n/m, '')).join('')}`;
  expect(await prove(planned(), stackDirectory, listOf(meant), clock)).toBe(true);
  expect(await prove(planned(), stackDirectory, listOf(meant.slice(1)), clock)).toBe(false);
  expect(await prove(planned(), stackDirectory, shown, clock)).toBe(false);
});
