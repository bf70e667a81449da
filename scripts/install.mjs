import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { memberDirectories, root } from './workspace.mjs';

/**
 * How much is installed: all members, or those that `hoist` is made of. Pulumi's packages are most of the rest.
 *
 * @typedef {'all' | 'hoist'} Scope
 * @type {Readonly<Record<Scope, { stamp: string, filters: readonly string[] }>>}
 */
const scopes = {
  all: { stamp: join(root, 'node_modules', '.installed'), filters: [] },
  hoist: {
    stamp: join(root, 'node_modules', '.installed-for-hoist'),
    filters: ['--filter=flaghoist', '--filter=@flaghoist/cli...'],
  },
};

/** Everything that decides what an install would do. */
const inputsHash = () => {
  const hash = createHash('sha256').update(process.platform).update(process.arch);
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    ...memberDirectories().map((member) => join(member, 'package.json')),
  ];
  for (const file of files.map((file) => join(root, file)).filter(existsSync)) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
};

const pnpmVersion = () => {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return packageManager;
};

/** @param {Scope} scope @param {string} wanted */
const isInstalled = (scope, wanted) => {
  const { stamp } = scopes[scope];
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
};

/**
 * Installs what the lockfile says, through npx, so that a fresh clone needs only Node and npm. Says nothing on stdout, and
 * does nothing when nothing changed since the last install.
 *
 * @param {Scope} scope
 * @returns {Promise<number>} the exit code
 */
export const install = async (scope) => {
  const wanted = inputsHash();
  if (isInstalled('all', wanted) || isInstalled(scope, wanted)) return 0;

  console.error('Installing dependencies (once per change of the lockfile) …');
  const { stamp, filters } = scopes[scope];
  // What this install leaves is neither what an earlier one left, nor, if it fails, what the lockfile says.
  for (const { stamp: earlier } of Object.values(scopes)) rmSync(earlier, { force: true });
  const code = await run(
    'npx',
    ['--yes', pnpmVersion(), ...filters, 'install', '--frozen-lockfile', '--reporter=append-only'],
    { stdio: ['ignore', 2, 2] },
  );
  if (code === 0) writeFileSync(stamp, wanted);
  else {
    console.error(
      'The install failed. It needs Node >= 20, npm and the npm registry. If the lockfile is out of date, run "npx pnpm install" and commit pnpm-lock.yaml.',
    );
  }
  return code;
};
