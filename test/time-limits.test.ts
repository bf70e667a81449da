import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memberConfig } from './jest/member-config.cjs';
import { type Source, sourcesIn } from './member-sources.ts';

/* A limit stops a test that hangs. One that is shorter than the common limit says how fast a machine must be. */

const own: readonly Source[] = readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => ({ path: join('test', name), text: readFileSync(join(__dirname, name), 'utf8') }));

const common: number = memberConfig(__dirname).testTimeout;

/** `}, 60_000);` after a test or a hook, and `jest.setTimeout(60_000)`. */
const limitsIn = (text: string): readonly number[] =>
  [...text.matchAll(/^ *(?:\}, |jest\.setTimeout\()([\d_]+)\);$/gm)].map(([, ms = '']) =>
    Number(ms.replaceAll('_', '')),
  );

const isTimer = (text: string): boolean => /setInterval\(|setTimeout\(\(/.test(text);

it('no test has less time than the common limit', () => {
  const short = [...own, ...sourcesIn('test')]
    .filter(({ path, text }) => path.endsWith('.test.ts') && !isTimer(text))
    .filter(({ text }) => limitsIn(text).some((ms) => ms < common))
    .map(({ path }) => path);
  expect(short).toEqual([]);
});

it.each([
  ['}, 60_000);', [60_000]],
  ['  }, 600000);', [600_000]],
  ['jest.setTimeout(5_000);', [5_000]],
  ['});', []],
])('%s is a limit, or none', (line, limits) => {
  expect(limitsIn(`it('is');\n${line}\n`)).toEqual(limits);
});
