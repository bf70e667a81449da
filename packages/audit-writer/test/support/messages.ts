import { type EventDetail, type EventType, eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { SQSEvent } from 'aws-lambda';

/** An event as the bus carries it. */
export const event = <T extends EventType>(
  type: T,
  identity: readonly string[],
  detail: EventDetail<T>,
): FlaghoistEvent => eventOf({ type, identity, region: 'us-east-1', at: 1_700_000_000_000, detail });

export const verified = (changeId: string): FlaghoistEvent =>
  event('ChangeVerified', [changeId], {
    flagKey: 'beta',
    changeId,
    order: { epoch: 1, revision: 1 },
    knownGood: true,
  });

/** EventBridge's frame around one of our events. */
export const bridged = (detail: FlaghoistEvent): string =>
  JSON.stringify({ version: '0', 'detail-type': detail.type, source: detail.source, region: detail.region, detail });

/** A batch of the audit queue; messages are called m1, m2, … */
export const sqsEvent = (bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index + 1}`,
    receiptHandle: `r${index + 1}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'events.amazonaws.com',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:audit',
    awsRegion: 'us-east-1',
  })),
});
