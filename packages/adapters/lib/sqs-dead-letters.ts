import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetters } from '@flaghoist/core/ports/dead-letters';
import { callAws } from './aws-call.ts';
import { queueUrlOf } from './queue-url.ts';

interface Options {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueArn: string;
}

/** A function's queue of dead letters. */
export class SqsDeadLetters implements DeadLetters {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async give(letter: DeadLetter): Promise<void> {
    const { client, queueArn } = this.#options;
    await callAws(`queue ${queueArn}`, client.send(deadLetterCommand(queueArn, letter)));
  }
}

/** The body as it came, so that it can be sent back as it is; why it lies there stands beside it. */
export const deadLetterCommand = (queueArn: string, { body, reason }: DeadLetter): SendMessageCommand =>
  new SendMessageCommand({
    QueueUrl: queueUrlOf(queueArn),
    MessageBody: body,
    MessageAttributes: { reason: { DataType: 'String', StringValue: inXml(reason) } },
  });

/** SQS refuses a message with characters that XML 1.0 does not have. */
const inXml = (text: string): string =>
  text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD') || 'unknown';
