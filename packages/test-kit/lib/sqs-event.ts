import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** What a test says of a message; the rest of a record is the same in all of them. */
interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle?: string;
  readonly receiveCount?: number;
  readonly queueArn?: string;
}

export const sqsRecord = ({
  messageId,
  body,
  receiptHandle = '',
  receiveCount = 1,
  queueArn = 'arn:aws:sqs:us-east-1:123456789012:queue',
}: Message): SQSRecord => ({
  messageId,
  receiptHandle,
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '0',
    SenderId: 'AIDAEXAMPLE',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(':')[3] ?? '',
});

/** One batch of a queue; its messages are called m1, m2, … */
export const sqsEvent = (bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => sqsRecord({ messageId: `m${index + 1}`, body })),
});
