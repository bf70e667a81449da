import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  MessageNotInflight,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetter } from '@flaghoist/core/ports/dead-letters';
import type { ServiceQueues } from '@flaghoist/core/ports/service-queues';
import { callAws, unavailable } from './aws-call.ts';
import { queueUrlOf } from './queue-url.ts';
import { deadLetterCommand } from './sqs-dead-letters.ts';

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

interface Options {
  readonly client: Pick<SQSClient, 'send'>;
  readonly deadLetterArnOf: (service: string) => string;
}

/** The queues of one region's services, and their dead-letter queues. */
export class SqsServiceQueues implements ServiceQueues {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async retryAfter(eventSourceArn: string, receiptHandle: string, seconds: number): Promise<void> {
    const { client } = this.#options;
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrlOf(eventSourceArn),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    try {
      await client.send(command);
    } catch (error) {
      if (!isNoLongerInFlight(error)) throw unavailable(`queue ${eventSourceArn}`, error);
    }
  }

  async giveUp(service: string, letter: DeadLetter): Promise<void> {
    const { client, deadLetterArnOf } = this.#options;
    const arn = deadLetterArnOf(service);
    await callAws(`queue ${arn}`, client.send(deadLetterCommand(arn, letter)));
  }

  /** Those that somebody has at hand at the moment lie there too. */
  async givenUp(service: string): Promise<number> {
    const { client, deadLetterArnOf } = this.#options;
    const arn = deadLetterArnOf(service);
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrlOf(arn), AttributeNames: [...COUNTS] });
    const { Attributes = {} } = await callAws(`queue ${arn}`, client.send(command));
    return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }
}

/**
 * The message is visible again already, or deleted: there is nothing left to hasten. The service says the latter as an
 * invalid parameter, and only its text tells it from other invalid parameters.
 */
const isNoLongerInFlight = (error: unknown): boolean =>
  error instanceof MessageNotInflight ||
  (error instanceof Error && /not available for visibility/i.test(error.message));
