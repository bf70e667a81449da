import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { callAws } from './aws-call.ts';
import { queueUrlOf } from './queue-url.ts';

interface Letter {
  readonly body: string;
  readonly receiptHandle: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

interface Options {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueArn: string;
}

/** One receive takes no more. */
const MAX_BATCH = 10;
/** Asks all of the queue's servers, not a few of them: an empty answer then means that there is none. */
const LONG_POLL_SECONDS = 2;
/** Long enough for ten functions to be called one after the other. */
const HIDDEN_SECONDS = 600;

/** A queue of dead letters, or one that they came from, in the hands of an operator. */
export class SqsLetters {
  readonly #client: Options['client'];
  readonly #url: string;

  constructor({ client, queueArn }: Options) {
    this.#client = client;
    this.#url = queueUrlOf(queueArn);
  }

  async receive(): Promise<readonly Letter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: MAX_BATCH,
      WaitTimeSeconds: LONG_POLL_SECONDS,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    const { Messages = [] } = await callAws(`queue ${this.#url}`, this.#client.send(command));
    return Messages.map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
      body: Body,
      receiptHandle: ReceiptHandle,
      sentAt: Number(Attributes?.SentTimestamp ?? 0),
    }));
  }

  async send(body: string): Promise<void> {
    const command = new SendMessageCommand({ QueueUrl: this.#url, MessageBody: body });
    await callAws(`queue ${this.#url}`, this.#client.send(command));
  }

  async delete(receiptHandle: string): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receiptHandle });
    await callAws(`queue ${this.#url}`, this.#client.send(command));
  }
}
