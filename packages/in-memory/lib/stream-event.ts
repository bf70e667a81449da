import type { Item } from '@flaghoist/core/storage/write';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { Table } from './table.ts';
import type { StreamRecord } from './table-stream.ts';

type Image = Record<string, AttributeValue>;

const SEQUENCE_DIGITS = 21;

/** As DynamoDB writes them: decimal digits, whose order as text of one length is their order. */
export const sequenceNumberOf = ({ sequence }: StreamRecord): string => String(sequence).padStart(SEQUENCE_DIGITS, '0');

const imageOf = (item: Item): Image => {
  const image: Image = {};
  for (const name in item) {
    const value = item[name] as string | number;
    image[name] = typeof value === 'string' ? { S: value } : { N: String(value) };
  }
  return image;
};

const nameOf = ({ oldItem, newItem }: StreamRecord): 'INSERT' | 'MODIFY' | 'REMOVE' => {
  if (newItem === undefined) return 'REMOVE';
  return oldItem === undefined ? 'INSERT' : 'MODIFY';
};

const streamArnOf = ({ region, name }: Table): string =>
  `arn:aws:dynamodb:${region}:000000000000:table/${name}/stream/2026-01-01T00:00:00.000`;

interface Failure {
  readonly condition: string;
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

const isoOf = (at: number): string => new Date(at).toISOString();

/** What a queue gets of records that were given up: their place in the stream, which keeps them for 24 hours. */
export const failureRecordOf = (
  table: Table,
  records: readonly StreamRecord[],
  { condition, attempts, now }: Failure,
): string => {
  const [first, last] = [records[0] as StreamRecord, records.at(-1) as StreamRecord];
  return JSON.stringify({
    requestContext: { condition, approximateInvokeCount: attempts },
    version: '1.0',
    timestamp: isoOf(now),
    DDBStreamBatchInfo: {
      streamArn: streamArnOf(table),
      batchSize: records.length,
      startSequenceNumber: sequenceNumberOf(first),
      endSequenceNumber: sequenceNumberOf(last),
      approximateArrivalOfFirstRecord: isoOf(first.at),
      approximateArrivalOfLastRecord: isoOf(last.at),
    },
  });
};

/** A record as a Lambda function gets it, with DynamoDB's own JSON in its images. Built anew for every delivery. */
export const lambdaRecordOf = (table: Table, record: StreamRecord): DynamoDBRecord => {
  const sequenceNumber = sequenceNumberOf(record);
  const { oldItem, newItem } = record;
  return {
    eventID: `${table.region}-${table.name}-${sequenceNumber}`,
    eventName: nameOf(record),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: table.region,
    eventSourceARN: streamArnOf(table),
    dynamodb: {
      ApproximateCreationDateTime: record.at / 1000,
      Keys: { pk: { S: record.pk }, sk: { S: record.sk } },
      ...(newItem === undefined ? {} : { NewImage: imageOf(newItem) }),
      ...(oldItem === undefined ? {} : { OldImage: imageOf(oldItem) }),
      SequenceNumber: sequenceNumber,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
};
