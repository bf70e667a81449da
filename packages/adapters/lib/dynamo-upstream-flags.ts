import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import type { UpstreamFlag, UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import { upstreamFlagsIn } from '@flaghoist/core/upstream';
import { DynamoChangeStore } from './dynamo-change-store.ts';
import { DynamoFlagStore } from './dynamo-flag-store.ts';
import { DynamoHomeStore } from './dynamo-home-store.ts';

interface Options {
  /** Of the region in which the tables are. */
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** Names, or ARNs: those of another account's tables, whose resource policies let this function's role read them. */
  readonly flagsTable: string;
  readonly changesTable: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** The tables of the home region of the environment before this one. */
export class DynamoUpstreamFlags implements UpstreamFlags {
  readonly #upstream: UpstreamFlags;

  constructor({ client, flagsTable, ...rest }: Options) {
    this.#upstream = upstreamFlagsIn({
      flags: new DynamoFlagStore({ client, table: flagsTable }),
      home: new DynamoHomeStore({ client, table: flagsTable }),
      changes: new DynamoChangeStore({ client, flagsTable, ...rest }),
    });
  }

  flag(flagKey: string): Promise<UpstreamFlag | null> {
    return this.#upstream.flag(flagKey);
  }
}

/** `arn:aws:dynamodb:eu-west-1:123456789012:table/flags` → `eu-west-1` */
export const regionOfTable = (arn: string): string | undefined => arn.split(':')[3];
