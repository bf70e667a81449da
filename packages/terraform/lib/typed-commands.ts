import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { type ProgramResult, runProgram, type Variables } from '@flaghoist/tools/run-program';
import { cliConfigurationFile } from './cli-configuration.ts';

/**
 * A block of shell commands below a heading of a README.
 * @param block which of them, from 0
 * @throws when there is no such heading or block
 */
export const documentedCommands = (readme: string, heading: string, block = 0): string => {
  const section = readFileSync(readme, 'utf8').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0];
  const commands = [...(section ?? '').matchAll(/```sh\n([\s\S]*?)```/g)][block]?.[1];
  if (commands === undefined) throw new Error(`${readme} has no commands ${block} below "${heading}"`);
  return commands;
};

/** Commands say `terraform`; this machine's may be one that is not on the path. */
const pathToTerraform = ({ PATH = '', FLAGHOIST_TERRAFORM }: Variables): string =>
  FLAGHOIST_TERRAFORM === undefined ? PATH : [dirname(FLAGHOIST_TERRAFORM), PATH].join(delimiter);

interface Reader {
  /** Where the reader stands. */
  readonly directory: string;
  /** What this machine has, of which a reader has little. */
  readonly machine: Variables;
  /** What a reader has set. */
  readonly variables: Variables;
}

/**
 * Runs commands as a reader would type them, up to the first that fails. What a reader answers when Terraform asks is given
 * beforehand.
 */
export const typeIn = (commands: string, { directory, machine, variables }: Reader): Promise<ProgramResult> =>
  runProgram('bash', ['-e', '-u', '-o', 'pipefail', '-c', commands], {
    directory,
    variables: {
      HOME: machine['HOME'],
      TMPDIR: machine['TMPDIR'],
      TF_CLI_CONFIG_FILE: cliConfigurationFile(machine),
      CHECKPOINT_DISABLE: '1',
      GOGC: '400',
      TF_CLI_ARGS: '-no-color',
      TF_CLI_ARGS_apply: '-auto-approve -parallelism=50',
      TF_CLI_ARGS_destroy: '-auto-approve -parallelism=50',
      // The lock file stays without hashes, which each command would compare again.
      TF_CLI_ARGS_init: '-force-copy -lockfile=readonly',
      ...variables,
      PATH: pathToTerraform({ ...machine, ...variables }),
    },
  });
