import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import {
  type EnvironmentOutputs,
  type EnvironmentRecord,
  environmentRecord,
} from '@flaghoist/stack-outputs/environment-record';
import { inputsOf } from '@flaghoist/stack-outputs/naming-context';
import { publishedOf } from '@flaghoist/stack-outputs/parameters';
import { statesOf } from '@flaghoist/stack-outputs/states';
import { secret } from '@pulumi/pulumi';
import type { Configuration } from './configuration.ts';
import { publishParameters } from './publish-parameters.ts';
import { readState } from './read-state.ts';
import { UnknownStackError } from './unknown-stack.ts';

export interface EnvironmentExports {
  readonly record: EnvironmentRecord;
  /** What Terraform marks sensitive, encrypted in Pulumi's state. */
  readonly secrets: ReturnType<typeof secret<EnvironmentOutputs['secrets']>>;
  /** The parameters that there are; none where publishing is off. */
  readonly published: ReturnType<typeof publishedOf>;
}

const environmentOf = (sources: string, stack: string): Environment => {
  const environments = readEnvironments(fleetBeside(sources));
  const found = environments.find(({ name }) => name === stack);
  if (found !== undefined) return found;
  throw new UnknownStackError(stack, environments);
};

/** The stack of an environment: reads its states, publishes the record, and exports it. */
export const environmentProgram = async (
  stack: string,
  sources: string,
  configuration: Configuration,
): Promise<EnvironmentExports> => {
  const environment = environmentOf(sources, stack);
  const addresses = await statesOf(sources, environment);
  const states = await Promise.all(addresses.map((address) => readState(address, configuration)));
  const outputs = environmentRecord(environment, states);
  const { publish, publishRole } = configuration;
  if (publish) publishParameters(outputs, { ...(await inputsOf(sources, environment)), publishRole });
  return {
    record: outputs.record,
    secrets: secret(outputs.secrets),
    published: publish ? publishedOf(outputs) : [],
  };
};
