import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { contracts, type StackName } from '@flaghoist/stack-outputs/contract';
import {
  type EnvironmentOutputs,
  environmentRecord,
  type ReadState,
} from '@flaghoist/stack-outputs/environment-record';
import { readOutputs } from '@flaghoist/stack-outputs/read-outputs';
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

/** @throws {StackOutputsError} naming each state that is missing */
const take = async (
  environment: Environment,
  { sources, terraform, workDirectory, stack }: ReadOptions & { readonly stack?: StackName },
  { output, signal, variables }: CommandContext,
): Promise<readonly ReadState[]> => {
  const directory = join(workDirectory, environment.name);
  mkdirSync(directory);
  const all = await statesOf(sources, environment);
  return takeOutputs(
    terraform,
    all.filter((state) => stack === undefined || state.stack === stack),
    {
      variables: asTyped(variables),
      workDirectory: directory,
      onProgress: (line) => output.progress(`${environment.name}: ${line}`),
      signal,
    },
  );
};

/**
 * Reads the states of an environment, and makes its record.
 *
 * @throws {StackOutputsError} naming each state or output that is missing
 */
export const outputsOf = async (
  environment: Environment,
  options: ReadOptions,
  context: CommandContext,
): Promise<EnvironmentOutputs> => environmentRecord(environment, await take(environment, options, context));

/** What one state says. Of what is sensitive only the names. */
export interface SaidByState {
  readonly workspace: string;
  readonly region: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

/**
 * Reads the states of one stack of an environment; those of the others need not be there.
 *
 * @throws {StackOutputsError} naming each state or output that is missing
 */
export const outputsOfStack = async (
  environment: Environment,
  options: ReadOptions & { readonly stack: StackName },
  context: CommandContext,
): Promise<readonly SaidByState[]> =>
  (await take(environment, options, context)).map(({ address, outputs }) => {
    const { open, sensitive } = readOutputs(contracts[address.stack], address, outputs);
    return { workspace: address.workspace, region: address.region, outputs: open, secrets: Object.keys(sensitive) };
  });
