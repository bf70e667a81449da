import { givenUp, healsByItself, letterOfRecord } from '@flaghoist/core/dead-letter';
import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';

interface Processing {
  /** Records of one lane are handled one after the other, lanes side by side. */
  readonly laneOf: (record: DynamoDBRecord) => string;
  readonly handle: (record: DynamoDBRecord) => Promise<void>;
  readonly deadLetters: DeadLetters;
  readonly log: Logger;
}

/**
 * Handles a batch of stream records. One that may succeed later is reported by its sequence number, and the others are
 * handled all the same: Lambda delivers again from the lowest number on. So everything a handler does may be repeated, and
 * nothing behind such a record moves on. One that no repetition heals therefore goes to the dead letters, whole, and counts
 * as done; it is reported like the others only while they do not take it.
 */
export const processRecords = async (
  records: readonly DynamoDBRecord[],
  { laneOf, handle, deadLetters, log }: Processing,
): Promise<DynamoDBBatchResponse> => {
  const failed = new Set<DynamoDBRecord>();
  const lanes = Map.groupBy(records, laneOf);
  const handleLane = async (lane: readonly DynamoDBRecord[]): Promise<void> => {
    for (const record of lane) {
      try {
        await handle(record);
      } catch (error) {
        const fields = { ...keysOf(record), error };
        if (healsByItself(error)) {
          log.warn('stream record not handled, it comes again', fields);
          failed.add(record);
        } else {
          log.error('stream record cannot be handled, given to the dead letters', fields);
          const letter = letterOfRecord(record, error);
          if (!(await givenUp(letter, { deadLetters, log }, keysOf(record)))) failed.add(record);
        }
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
