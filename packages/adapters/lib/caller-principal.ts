import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { callAws, unavailable } from './aws-call.ts';

/** Who calls, as `aws:userid` has it: the unique id of a role, and the session. @throws UnavailableError */
export const callerPrincipal = async (client: Pick<STSClient, 'send'>): Promise<string> => {
  const { UserId } = await callAws('who calls', client.send(new GetCallerIdentityCommand({})));
  if (UserId === undefined) throw unavailable('who calls', 'no user id');
  return UserId;
};
