import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../lib/export/write-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hoist-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const setOf = (flagSetId: string, flagKey: string) => ({ flags: { [flagKey]: {} }, metadata: { flagSetId } });

it('gives each set of flags a file of its own, whatever the sets are called', () => {
  const into = join(folder, 'own');
  writeFiles(into, [setOf('a-3', 'set.one'), setOf('a', 'set.two'), setOf('a', 'set.three')], 'json');
  const texts = readdirSync(into).map((name) => readFileSync(join(into, name), 'utf8'));
  for (const key of ['set.one', 'set.two', 'set.three'])
    expect(texts.filter((text) => text.includes(key))).toHaveLength(1);
});

it('writes over no file that is there, and then nothing at all', () => {
  writeFileSync(join(folder, 'b.json'), 'kept');
  const write = () => writeFiles(folder, [setOf('fresh', 'set.four'), setOf('b', 'set.five')], 'json');
  expect(write).toThrow('there is a file of that name');
  expect(readFileSync(join(folder, 'b.json'), 'utf8')).toBe('kept');
  expect(readdirSync(folder)).not.toContain('fresh.json');
});
