import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseOtherThanCommitted } from '../scripts/as-committed.ts';

let root: string;
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@bank.example', ...args], {
    cwd: root,
    stdio: 'pipe',
  });
const write = (name: string, text: string): void => writeFileSync(join(root, name), text);
const commit = (): void => {
  git('add', '--all');
  git('commit', '--message', 'A change');
};

const staged = (): void => {
  write('main.tf', 'two');
  git('add', 'main.tf');
};
const committed = (): void => {
  write('main.tf', 'two');
  commit();
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hoist-committed-'));
  git('init', '--quiet');
  write('.gitignore', 'dist\n');
  write('main.tf', 'one');
  commit();
  git('tag', 'v1.2.0');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it.each<[string, string, () => void]>([
  ['the commit of its tag', '1.2.0', () => {}],
  ['a commit that has no tag yet', '1.3.0', () => {}],
  ['what is built, which is not committed', '1.2.0', () => write('dist', 'zip')],
  ['what is not released yet, whatever lies there', '0.0.0', () => write('main.tf', 'two')],
])('lets be released %s', (_what, version, change) => {
  change();
  expect(() => refuseOtherThanCommitted(root, version)).not.toThrow();
});

it.each<[string, string, () => void, string]>([
  ['a file that was changed', '1.2.0', () => write('main.tf', 'two'), 'M main.tf'],
  ['a change that is staged', '1.2.0', staged, 'M  main.tf'],
  ['a file that git does not know', '1.3.0', () => write('other.tf', ''), '?? other.tf'],
  ['another commit than that of its tag', '1.2.0', committed, 'v1.2.0 is the tag of another'],
])('refuses %s', (_what, version, change, said) => {
  change();
  expect(() => refuseOtherThanCommitted(root, version)).toThrow(said);
});
