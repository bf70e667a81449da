import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { type EnvironmentOutputs, environmentRecord } from '@flaghoist/stack-outputs/environment-record';
import { statesOf } from '@flaghoist/stack-outputs/states';
import { takeOutputs } from '@flaghoist/stack-outputs/take-outputs';
import { asTyped, type Terraform } from '@flaghoist/terraform/terraform';
import type { CommandContext } from '../command.ts';

interface ReadOptions {
  /** The folder `infra-tf/lib`. */
  readonly sources: string;
  readonly terraform: Terraform;
  /** A folder of the caller, who removes it. */
  readonly workDirectory: string;
}

/**
 * Reads the states of an environment, and makes its record.
 *
 * @throws {StackOutputsError} naming each state or output that is missing
 */
export const outputsOf = async (
  environment: Environment,
  { sources, terraform, workDirectory }: ReadOptions,
  { output, signal, variables }: CommandContext,
): Promise<EnvironmentOutputs> => {
  const directory = join(workDirectory, environment.name);
  mkdirSync(directory);
  const states = await takeOutputs(terraform, await statesOf(sources, environment), {
    variables: asTyped(variables),
    workDirectory: directory,
    onProgress: (line) => output.progress(`${environment.name}: ${line}`),
    signal,
  });
  return environmentRecord(environment, states);
};
