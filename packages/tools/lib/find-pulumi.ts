import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { ToolMissingError } from './errors.ts';
import type { Variables } from './run-program.ts';

export interface PulumiProgram {
  readonly program: string;
  readonly version: string;
}

/** The oldest that the SDK of this workspace works with, and the one that is built. */
export const PULUMI_VERSION = '3.259.0';

const GET_PULUMI = `Run "npm run test:pulumi": it builds Pulumi ${PULUMI_VERSION} from the module proxy of Go (1.25 or newer), once per machine, in 8 to 25 minutes. Or put a pulumi of at least that version onto the PATH.`;

/** Go's sources of it, which are pinned by go.sum, name the folder. */
export const builtPulumi = (member: string, variables: Variables): string => {
  const sums = hash('sha256', readFileSync(join(member, 'pulumi-cli', 'go.sum'))).slice(0, 12);
  return join(cacheDirectory(variables), 'tools', `pulumi-${PULUMI_VERSION}-${sums}`);
};

const LONGEST_ANSWER_MS = 60_000;

/** `undefined` when it cannot be started, or does not tell its version. */
export const pulumiVersion = (program: string, { PATH, HOME }: Variables): string | undefined => {
  const { error, stdout } = spawnSync(program, ['version'], {
    cwd: tmpdir(),
    env: { PATH, HOME, PULUMI_SKIP_UPDATE_CHECK: 'true' },
    encoding: 'utf8',
    timeout: LONGEST_ANSWER_MS,
    killSignal: 'SIGKILL',
  });
  return error === undefined ? /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
};

const isRecent = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = PULUMI_VERSION.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
};

/**
 * Pulumi's command line: the one on the PATH, else the one that was built.
 *
 * @param member the folder of this package
 * @throws {ToolMissingError} when there is none, or only one that is too old
 */
export const findPulumi = (member: string, variables: Variables): PulumiProgram => {
  const found = ['pulumi', join(builtPulumi(member, variables), 'pulumi')].map((program) => ({
    program,
    version: pulumiVersion(program, variables),
  }));
  for (const { program, version } of found) {
    if (version !== undefined && isRecent(version)) return { program, version };
  }
  const old = found.find(({ version }) => version !== undefined);
  throw new ToolMissingError(
    old === undefined
      ? 'There is no Pulumi on this machine'
      : `${old.program} is version ${old.version}, older than ${PULUMI_VERSION}`,
    GET_PULUMI,
  );
};
