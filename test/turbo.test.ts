import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesIn } from './member-sources.ts';

const root = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const namesIn = (text: string, pattern: RegExp): string[] => [...new Set(text.match(pattern) ?? [])].sort();

/** Variables that turbo hands on. All others it keeps from tasks, whose results would not be known by them. */
const declared = namesIn(read('turbo.json'), /(?<=")[A-Z][A-Z_]+(?=")/g);
/** Ours have one of these beginnings. */
const readByMembers = namesIn(
  sourcesIn('.')
    .map(({ text }) => text)
    .join('\n'),
  /\b(?:FLAGHOIST|EXPLORER|MODEL)_[A-Z]+(?:_[A-Z]+)*\b/g,
);
/** What no member reads: turbo knows results by what "npm test" found. */
const FOUND = 'FLAGHOIST_TOOLS';

it('declares in turbo.json each variable of ours that a member reads, and no other', () => {
  expect(readByMembers).toEqual(expect.arrayContaining(['FLAGHOIST_CACHE', 'EXPLORER_SEED']));
  expect(declared.filter((name) => /^(FLAGHOIST|EXPLORER|MODEL)_/.test(name) && name !== FOUND)).toEqual(readByMembers);
});

it('knows the results of plans and tests by the tools that were found', () => {
  const tasks = [...read('turbo.json').matchAll(/^ {4}"(plan|test)": \{\n([\s\S]*?)^ {4}\}/gm)];
  expect(tasks.map(([, task]) => task)).toEqual(['plan', 'test']);
  for (const [, task, body] of tasks)
    expect([task, namesIn(body ?? '', /\bCI\b|\bFLAGHOIST_TOOLS\b/g)]).toEqual([task, ['CI', FOUND]]);
  expect(read('scripts/test.mjs')).toContain(`process.env['${FOUND}'] = `);
});
