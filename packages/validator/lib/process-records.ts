import { isRetryable } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';

interface Processing {
  /** Records of one lane are handled one after the other, lanes side by side. */
  readonly laneOf: (record: DynamoDBRecord) => string;
  readonly handle: (record: DynamoDBRecord) => Promise<void>;
  readonly log: Logger;
}

/**
 * Handles a batch of stream records. One that fails is reported by its sequence number, and the others are handled all the
 * same: Lambda delivers again from the lowest number on, a bounded number of times, then gives the record to its failure
 * destination. Everything a handler does may therefore be repeated.
 */
export const processRecords = async (
  records: readonly DynamoDBRecord[],
  { laneOf, handle, log }: Processing,
): Promise<DynamoDBBatchResponse> => {
  const failed = new Set<DynamoDBRecord>();
  const lanes = Map.groupBy(records, laneOf);
  const handleLane = async (lane: readonly DynamoDBRecord[]): Promise<void> => {
    for (const record of lane) {
      try {
        await handle(record);
      } catch (error) {
        failed.add(record);
        const fields = { ...keysOf(record), error };
        if (isRetryable(error)) log.warn('stream record not handled, it comes again', fields);
        else log.error('stream record cannot be handled', fields);
      }
    }
  };
  await Promise.all([...lanes.values()].map(handleLane));
  return {
    batchItemFailures: records
      .filter((record) => failed.has(record))
      // An empty identifier fails the whole batch, which is the safe side for a record without a number.
      .map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })),
  };
};

/** The key of a record's item; empty for what a record of our tables cannot lack. */
export const keysOf = ({ dynamodb }: DynamoDBRecord): { pk: string; sk: string } => ({
  pk: dynamodb?.Keys?.['pk']?.S ?? '',
  sk: dynamodb?.Keys?.['sk']?.S ?? '',
});
