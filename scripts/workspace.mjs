import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** The Node that the lockfile pins. Everything after the install runs under it, whatever the machine has. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

/** Folders of members, as pnpm-workspace.yaml names them. */
const memberParents = ['packages', 'infra-tf/lib/modules', 'infra-tf/lib/stacks'];

/** All members, relative to the root. */
export const memberDirectories = () =>
  [
    ...memberParents
      .filter((parent) => existsSync(join(root, parent)))
      .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name))),
    'infra-tf/emulator',
    'infra-tf/test',
  ]
    // A folder without package.json is what git leaves behind when another branch has a member that this one has not.
    .filter((directory) => existsSync(join(root, directory, 'package.json')))
    .sort();

export const turbo = join(root, 'node_modules', '.bin', 'turbo');

/** For child processes: the pinned Node and the workspace's own pnpm (turbo looks for one) come first. */
export const workspaceEnvironment = () => ({
  ...process.env,
  PATH: [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin'), process.env['PATH']].join(
    delimiter,
  ),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
});
