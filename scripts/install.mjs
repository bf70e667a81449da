import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { memberDirectories, root } from './workspace.mjs';

const stampFile = join(root, 'node_modules', '.installed');

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

/**
 * Installs what the lockfile says, through npx, so that a fresh clone needs only Node and npm. Says nothing on stdout, and
 * does nothing when nothing changed since the last install.
 * @returns {Promise<number>} the exit code
 */
export const install = async () => {
  const wanted = inputsHash();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return 0;

  console.error('Installing dependencies (once per change of the lockfile) …');
  const code = await run('npx', ['--yes', pnpmVersion(), 'install', '--frozen-lockfile', '--reporter=append-only'], {
    stdio: ['ignore', 2, 2],
  });
  if (code === 0) writeFileSync(stampFile, wanted);
  else {
    console.error(
      'The install failed. It needs Node >= 20, npm and the npm registry. If the lockfile is out of date, run "npx pnpm install" and commit pnpm-lock.yaml.',
    );
  }
  return code;
};
