import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitOf } from '../lib/parity/commit.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parity-commit-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('finds changes anywhere in the repository, not only in the sources', () => {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args]);
  const sources = join(folder, 'infra-tf', 'lib');
  mkdirSync(sources, { recursive: true });
  git('init', '--quiet');
  writeFileSync(join(sources, 'parity.yaml'), '');
  git('add', '.');
  git('commit', '--quiet', '--no-gpg-sign', '-m', 'x');
  expect(commitOf(sources)).toEqual({ id: expect.stringMatching(/^[0-9a-f]{40}$/), dirty: false });

  writeFileSync(join(folder, 'compare.ts'), '');
  expect(commitOf(sources).dirty).toBe(true);
});

it('says nothing where there is no repository', () => {
  expect(commitOf(folder)).toEqual({ id: null, dirty: null });
});
