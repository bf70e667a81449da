import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { callAws, unavailable } from './aws-call.ts';

/**
 * Calls a function and waits for its answer.
 *
 * @param functionArn of an alias
 * @throws UnavailableError when it cannot be reached, or fails
 */
export const callFunction = async (
  client: Pick<LambdaClient, 'send'>,
  functionArn: string,
  input: unknown,
): Promise<unknown> => {
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(input) });
  const { FunctionError, Payload } = await callAws(`lambda:InvokeFunction of ${functionArn}`, client.send(command));
  const answer = Payload === undefined ? '' : Buffer.from(Payload).toString('utf8');
  if (FunctionError !== undefined) throw unavailable(`function ${functionArn}`, `${FunctionError}: ${answer}`);
  return answer === '' ? null : JSON.parse(answer);
};
