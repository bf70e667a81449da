import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { callAws } from './aws-call.ts';

/** Starts an execution, and waits for none of its steps: an Express workflow tells nobody how it ended. @throws UnavailableError */
export const startWorkflow = async (
  client: Pick<SFNClient, 'send'>,
  workflowArn: string,
  input: unknown,
): Promise<void> => {
  const command = new StartExecutionCommand({ stateMachineArn: workflowArn, input: JSON.stringify(input) });
  await callAws(`workflow ${workflowArn}`, client.send(command));
};
