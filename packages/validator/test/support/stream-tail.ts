import { lambdaRecordOf } from '@flaghoist/in-memory/stream-event';
import type { Table } from '@flaghoist/in-memory/table';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

/** Reads the streams of tables from the start, one after the other, each in the order in which its items were written. */
export const tailOf = (...tables: Table[]) => {
  const tails = tables.map(tailOfOne);
  return { take: (): DynamoDBRecord[] => tails.flatMap(({ take }) => take()) };
};

const tailOfOne = (table: Table) => {
  const readers = table.shards.map((shard) => shard.open(() => {}));
  return {
    /** What was written since the last look. */
    take: (): DynamoDBRecord[] => {
      const records = readers.flatMap((reader) => {
        const found = reader.read(Number.POSITIVE_INFINITY);
        reader.advance(found.length);
        return found;
      });
      return records.toSorted((a, b) => a.sequence - b.sequence).map((record) => lambdaRecordOf(table, record));
    },
  };
};

export const eventOf = (...records: DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records: records });

/** Sequence numbers of the records. */
export const numbersOf = (records: readonly DynamoDBRecord[]): (string | undefined)[] =>
  records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
