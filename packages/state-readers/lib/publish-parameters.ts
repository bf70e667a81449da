import type { EnvironmentOutputs } from '@flaghoist/stack-outputs/environment-record';
import { nameOf, tagsOf } from '@flaghoist/stack-outputs/naming';
import type { EnvironmentInputs } from '@flaghoist/stack-outputs/naming-context';
import { parametersOf } from '@flaghoist/stack-outputs/parameters';
import { Provider } from '@pulumi/aws/provider.js';
import { Parameter } from '@pulumi/aws/ssm/parameter.js';

interface Publisher extends EnvironmentInputs {
  /** Instead of the role that deploys. */
  readonly publishRole?: string | undefined;
}

/** Puts the record into the Parameter Store of the environment's home. */
export const publishParameters = (
  outputs: EnvironmentOutputs,
  { context, deploymentRoleArn, publishRole }: Publisher,
): readonly Parameter[] => {
  const provider = new Provider('home', {
    region: context.region,
    allowedAccountIds: [outputs.record.account],
    assumeRoles: [{ roleArn: publishRole ?? deploymentRoleArn }],
  });
  return parametersOf(outputs).map(({ key, path, value, secret: isSecret }) => {
    const name = nameOf(context, { type: 'parameter', qualifier: qualifierOf(key) });
    return new Parameter(
      key,
      {
        name: path,
        type: isSecret ? 'SecureString' : 'String',
        // What is over 4 KB needs the advanced tier, which costs money; all else does not.
        tier: 'Intelligent-Tiering',
        // Pulumi encrypts the value of every parameter in its own state.
        value,
        description: `What Terraform's states say of ${context.environment}: ${key}, as JSON.`,
        tags: { ...tagsOf(context), Name: name },
      },
      { provider },
    );
  });
};

const qualifierOf = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]+/g, '-');
