import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { Happening, ReadProgress, SweepProgress, TrailStore } from '@flaghoist/core/ports/trail-store';
import { SWEEP, timeKey } from '@flaghoist/core/storage/keys';
import { itemOf } from '@flaghoist/core/storage/stream';
import { happeningOf, progressOf, progressWrite } from '@flaghoist/core/storage/trail-items';
import { awaitedPlaces, momentOf, periodsBetween } from '@flaghoist/core/storage/trail-keys';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { callAws } from './aws-call.ts';
import { type DynamoItem, toValue } from './dynamo-attributes.ts';
import { readItem, type TableAccess } from './dynamo-read.ts';
import { writeItem } from './dynamo-write.ts';
import { mergeByKey } from './merge-by-key.ts';

interface Partition {
  readonly index: 'by-time' | 'awaited';
  /** The name of its partition key, and the partition. */
  readonly key: 'period' | 'awaited';
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** Items in one answer. Eight partitions are read side by side. */
const PAGE = 100;

/** `changes` by time, through its two indexes. */
export class DynamoTrailStore implements TrailStore {
  readonly #access: TableAccess;

  constructor(access: TableAccess) {
    this.#access = access;
  }

  async *happened(from: number, to: number): AsyncIterable<Happening> {
    for (const periods of periodsBetween(from, to)) {
      const partitions = periods.map((value) => ({ index: 'by-time', key: 'period', value, from, to }) as const);
      yield* this.#merged(partitions);
    }
  }

  async *awaited(from: number, to: number): AsyncIterable<Happening> {
    yield* this.#merged(awaitedPlaces.map((value) => ({ index: 'awaited', key: 'awaited', value, from, to }) as const));
  }

  async progress(): Promise<ReadProgress> {
    return progressOf(await readItem(this.#access, SWEEP));
  }

  async keepProgress(progress: SweepProgress, read: ReadProgress): Promise<WriteResult> {
    const write = progressWrite(await readItem(this.#access, SWEEP), progress, read);
    if (write === undefined) return 'moved';
    return (await writeItem('progress of the sweep', write, this.#access)).result;
  }

  async *#merged(partitions: readonly Partition[]): AsyncIterable<Happening> {
    for await (const item of mergeByKey(
      partitions.map((partition) => this.#query(partition)),
      momentOf,
    )) {
      yield happeningOf(item);
    }
  }

  async *#query({ index, key, value, from, to }: Partition): AsyncGenerator<FoundItem, void, undefined> {
    const { client, table } = this.#access;
    let start: DynamoItem | undefined;
    do {
      const command = new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: '#key = :value AND moment BETWEEN :from AND :last',
        ExpressionAttributeNames: { '#key': key },
        ExpressionAttributeValues: {
          ':value': toValue(value),
          ':from': toValue(timeKey(from)),
          ':last': toValue(timeKey(to - 1)),
        },
        Limit: PAGE,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
      yield* Items.map(itemOf);
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }
}
