import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { callAws, unavailable } from './aws-call.ts';
import type { RoleCredentials } from './task-credentials.ts';

interface Role {
  readonly roleArn: string;
  readonly sessionName: string;
}

/** The session of a role that was taken on. */
export interface RoleSession {
  /** As `aws:userid` has it: the unique id of the role, and the session. */
  readonly principal: string;
  readonly credentials: RoleCredentials;
}

/** Takes on a role for a quarter of an hour, which is the least that STS gives. @throws UnavailableError */
export const assumeRole = async (
  client: Pick<STSClient, 'send'>,
  { roleArn, sessionName }: Role,
): Promise<RoleSession> => {
  const what = `the role ${roleArn}`;
  const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: 900 });
  const { AssumedRoleUser, Credentials } = await callAws(what, client.send(command));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
  const principal = AssumedRoleUser?.AssumedRoleId;
  if (principal === undefined || AccessKeyId === undefined || SecretAccessKey === undefined)
    throw unavailable(what, 'no session');
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  return {
    principal,
    credentials: SessionToken === undefined ? credentials : { ...credentials, sessionToken: SessionToken },
  };
};
