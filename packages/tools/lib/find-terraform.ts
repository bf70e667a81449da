import { spawnSync } from 'node:child_process';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { ToolMissingError } from './errors.ts';
import type { Variables } from './run-program.ts';
import { INSTALL_TERRAFORM, terraformRelease } from './terraform-release.ts';

export interface TerraformProgram {
  /** A path, or a name that is found on the PATH. */
  readonly program: string;
  readonly version: string;
}

/** The folder that has Terraform when it was fetched. */
export const fetchedTerraform = (variables: Variables): string =>
  join(cacheDirectory(variables), 'tools', `terraform-${terraformRelease.version}`);

/** It needs a second; a program that says nothing for so long is not Terraform. */
const LONGEST_ANSWER_MS = 60_000;

/** `undefined` when it cannot be started, or does not end; an empty text when it does not tell its version. */
const versionOf = (program: string, { PATH, HOME }: Variables): string | undefined => {
  // A configuration file of the user's may be broken.
  const env = { PATH, HOME, TF_CLI_CONFIG_FILE: devNull, CHECKPOINT_DISABLE: '1' };
  const { error, stdout } = spawnSync(program, ['version', '-json'], {
    cwd: tmpdir(),
    env,
    encoding: 'utf8',
    timeout: LONGEST_ANSWER_MS,
    killSignal: 'SIGKILL',
  });
  return error === undefined ? (/"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1] ?? '') : undefined;
};

/** Whether the Terraform that was fetched starts. */
export const fetchedTerraformWorks = (variables: Variables): boolean =>
  Boolean(versionOf(join(fetchedTerraform(variables), 'terraform'), variables));

const isRecent = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = terraformRelease.oldest;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
};

/**
 * The machine's Terraform: the one that FLAGHOIST_TERRAFORM names, else the one on the PATH, else the one that was fetched.
 * @throws {ToolMissingError} when there is none, or only one that is too old
 */
export const findTerraform = (variables: Variables): TerraformProgram => {
  const named = variables['FLAGHOIST_TERRAFORM'];
  const programs = named === undefined ? ['terraform', join(fetchedTerraform(variables), 'terraform')] : [named];
  const problems: string[] = [];
  for (const program of programs) {
    const version = versionOf(program, variables);
    if (version !== undefined && isRecent(version)) return { program, version };
    if (version === '') problems.push(`${program} does not tell its version`);
    else if (version !== undefined)
      problems.push(`${program} is version ${version}, older than ${terraformRelease.oldest.join('.')}`);
  }
  throw new ToolMissingError(problems[0] ?? `There is no ${programs[0]} on this machine`, INSTALL_TERRAFORM);
};
