import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { areReadable, carriedFiles } from '../scripts/carried-files.mjs';
import { sourcesIn } from './member-sources.ts';

it('are the files of fleet/ that sources import', () => {
  const imported = sourcesIn('lib').flatMap(({ text }) =>
    [...text.matchAll(/from '(?:\.\.\/)+fleet\/(\S+\.json)' with/g)].map(([, file = '']) => file),
  );
  expect(imported.sort()).toEqual([...carriedFiles].sort());
});

describe.each(carriedFiles)('fleet/%s', (file) => {
  it('is seen before a build when it is broken or gone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flaghoist-carried-'));
    try {
      cpSync(join(__dirname, '../fleet'), folder, { recursive: true });
      expect(areReadable(folder)).toBe(true);
      writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace('"', ''));
      expect(areReadable(folder)).toBe(false);
      rmSync(join(folder, file));
      expect(areReadable(folder)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
