import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const scripts = join(__dirname, '..', 'scripts');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flaghoist-install-'));
  for (const file of ['install.mjs', 'members.mjs', 'run.mjs', 'workspace.mjs']) {
    cpSync(join(scripts, file), join(root, 'scripts', file));
  }
  for (const directory of ['bin', 'node_modules']) mkdirSync(join(root, directory));
  writeFileSync(join(root, 'package.json'), '{"packageManager": "pnpm@1.0.0"}');
  writeFileSync(join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n');
  writeFileSync(join(root, 'calls'), '');
  // Writes down how it was called, and fails where there is a file that says so.
  writeFileSync(
    join(root, 'bin', 'npx'),
    `#!/bin/sh\necho "$*" >> '${join(root, 'calls')}'\n[ ! -e '${join(root, 'broken')}' ]\n`,
  );
  chmodSync(join(root, 'bin', 'npx'), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

/** The clone is at some commit, and something is installed there. @returns whether that was by pnpm, and how it ended */
const installAt = (lockfile: string, scope: 'all' | 'hoist') => {
  writeFileSync(join(root, 'pnpm-lock.yaml'), lockfile);
  const before = readFileSync(join(root, 'calls'), 'utf8');
  const program = `import { install } from './scripts/install.mjs'; process.exitCode = await install('${scope}');`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    env: { PATH: [join(root, 'bin'), process.env['PATH']].join(delimiter) },
    encoding: 'utf8',
  });
  return { status, byPnpm: readFileSync(join(root, 'calls'), 'utf8') !== before };
};

it('installs once for a lockfile, and nothing for hoist where everything is installed', () => {
  expect(installAt('ours', 'all')).toEqual({ status: 0, byPnpm: true });
  expect(installAt('ours', 'all')).toEqual({ status: 0, byPnpm: false });
  expect(installAt('ours', 'hoist')).toEqual({ status: 0, byPnpm: false });
});

it('installs everything again after hoist alone was installed on another branch', () => {
  installAt('ours', 'all');
  expect(installAt('theirs', 'hoist')).toEqual({ status: 0, byPnpm: true });
  expect(installAt('ours', 'all')).toEqual({ status: 0, byPnpm: true });
});

it('installs again after an install has failed', () => {
  installAt('ours', 'all');
  writeFileSync(join(root, 'broken'), '');
  expect(installAt('theirs', 'all')).toEqual({ status: 1, byPnpm: true });
  rmSync(join(root, 'broken'));
  expect(installAt('ours', 'all')).toEqual({ status: 0, byPnpm: true });
});
