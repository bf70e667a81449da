import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import * as z from 'zod/mini';
import { readHcl } from './hcl.ts';
import type { NamingContext } from './naming.ts';

const text = z.string().check(z.minLength(1));

const inputsSchema = z.looseObject({
  service: text,
  environment_suffix: text,
  cost_center: text,
  owner: text,
  deployment_role_arn: text,
});

export interface EnvironmentInputs {
  readonly context: NamingContext;
  /** The role that publishes, as it deploys. */
  readonly deploymentRoleArn: string;
}

/** What the tfvars of the stack flags-global say of an environment: what is published belongs to the flags. */
export const inputsOf = async (
  sources: string,
  { name, region }: Pick<Environment, 'name' | 'region'>,
): Promise<EnvironmentInputs> => {
  const file = join(sources, 'stacks', 'flags-global', 'environments', `${name}.tfvars`);
  const inputs = await readHcl(
    file,
    inputsSchema,
    'It must have service, environment_suffix, cost_center, owner and deployment_role_arn.',
  );
  return {
    context: {
      environment: name,
      region,
      service: inputs.service,
      environmentSuffix: inputs.environment_suffix,
      costCenter: inputs.cost_center,
      owner: inputs.owner,
    },
    deploymentRoleArn: inputs.deployment_role_arn,
  };
};
