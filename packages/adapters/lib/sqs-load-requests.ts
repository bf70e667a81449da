import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { LoadRequests } from '@flaghoist/core/ports/load-requests';
import { callAws } from './aws-call.ts';
import { queueUrlOf } from './queue-url.ts';

interface Options {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueArn: string;
}

/** The region's queue of services whose cache must be loaded. */
export class SqsLoadRequests implements LoadRequests {
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #queueUrl: string;

  constructor({ client, queueArn }: Options) {
    this.#client = client;
    this.#queueUrl = queueUrlOf(queueArn);
  }

  async request(service: string): Promise<void> {
    const command = new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody: JSON.stringify({ service }) });
    await callAws('queue of load requests', this.#client.send(command));
  }
}
