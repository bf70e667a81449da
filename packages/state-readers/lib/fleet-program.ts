import { FlaghoistError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { type EnvironmentRecord, environmentRecordSchema } from '@flaghoist/stack-outputs/environment-record';
import { type FleetRecord, fleetRecord } from '@flaghoist/stack-outputs/fleet-record';
import { inputsOf } from '@flaghoist/stack-outputs/naming-context';
import { getOrganization, getProject, StackReference } from '@pulumi/pulumi';
import type { Configuration } from './configuration.ts';
import { publishDashboard } from './publish-dashboard.ts';

/** The stack of an environment has no record. */
class NoRecordError extends FlaghoistError {
  readonly code = 'FH_NO_RECORD';
}

const recordOf = async (name: string): Promise<EnvironmentRecord> => {
  const reference = `${getOrganization()}/${getProject()}/${name}`;
  const hint = `Run pulumi up in the stack ${name} first, with this version of the program.`;
  const { value } = await new StackReference(name, { name: reference }).getOutputDetails('record');
  if (value === undefined) {
    throw new NoRecordError(`the stack ${reference} has no output "record"`, { hint, retryable: false });
  }
  return parse(environmentRecordSchema, value, { what: `the output "record" of the stack ${reference}`, hint });
};

/** The stack of the fleet: reads the records of all environments' stacks, and exports what crosses them. */
export const fleetProgram = async (
  sources: string,
  { publish, publishRole, dashboardRegion, dashboardEnvironment }: Configuration,
): Promise<{ readonly record: FleetRecord }> => {
  const environments = readEnvironments(fleetBeside(sources));
  const records = await Promise.all(environments.map(({ name }) => recordOf(name)));
  const record = fleetRecord(records);
  const last = environments.at(-1);
  if (publish && last !== undefined) {
    // Where the last environment is, everybody looks anyway.
    const inputs = await inputsOf(sources, last);
    const { context, deploymentRoleArn } = inputs;
    publishDashboard(records, record, {
      context: { ...context, environment: dashboardEnvironment, region: dashboardRegion ?? context.region },
      role: publishRole ?? deploymentRoleArn,
    });
  }
  return { record };
};
