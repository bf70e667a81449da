import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UnavailableError } from '@flaghoist/core/errors';
import { accessOf } from './aws-access.ts';

/**
 * Who calls with these credentials, as `aws:userid` has it: the unique id of a role, and the session.
 *
 * @param variables AWS's usual ones; without keys in them, credentials come from the SDK's default chain
 * @throws UnavailableError
 */
export const callerOf = async (
  variables: Readonly<Record<string, string | undefined>>,
  region: string,
): Promise<string> => {
  const client = new STSClient({ region, ...accessOf(variables) });
  try {
    const { UserId } = await client.send(new GetCallerIdentityCommand({}));
    if (UserId !== undefined) return UserId;
  } catch (error) {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new UnavailableError(
      'who calls',
      `AWS answered ${words}. Log in to the account, or name a profile in AWS_PROFILE; aws sts get-caller-identity says whose the credentials are.`,
      error,
    );
  } finally {
    client.destroy();
  }
  throw new UnavailableError('who calls', 'The answer of AWS has no user id.');
};
