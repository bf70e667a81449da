import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

export const bodiesOf = (event: SQSEvent): string[] => event.Records.map(({ body }) => body);

/** Reports the records for which `fails` holds. */
export const failing = (event: SQSEvent, fails: (body: string) => boolean): SQSBatchResponse => ({
  batchItemFailures: event.Records.filter(({ body }) => fails(body)).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});
