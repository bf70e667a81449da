import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { callAws } from './aws-call.ts';
import { queueUrlOf } from './queue-url.ts';

/** Puts one message into a queue. @throws UnavailableError */
export const sendToQueue = async (
  client: Pick<SQSClient, 'send'>,
  queueArn: string,
  message: string,
): Promise<void> => {
  const command = new SendMessageCommand({ QueueUrl: queueUrlOf(queueArn), MessageBody: message });
  await callAws(`queue ${queueArn}`, client.send(command));
};
