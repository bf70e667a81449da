import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { membersOf } from './members.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** The Node that the lockfile pins. Everything after the install runs under it, whatever the machine has. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

/** All members, relative to the root. */
export const memberDirectories = () => membersOf(root);

export const turbo = join(root, 'node_modules', '.bin', 'turbo');

export const pnpm = join(root, 'node_modules', '.bin', 'pnpm');

/** For child processes: the pinned Node and the workspace's own pnpm (turbo looks for one) come first. */
export const workspaceEnvironment = () => ({
  ...process.env,
  PATH: [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin'), process.env['PATH']].join(
    delimiter,
  ),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
});
