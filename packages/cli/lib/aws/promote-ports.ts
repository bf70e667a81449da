import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { bundledDirectory } from '@flaghoist/fleet/policies';
import type { PromotePorts } from '@flaghoist/operations/promote';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import type { World } from './arn-of.ts';

/** What somebody reaches who makes a region home: that region alone. */
export const promotePorts = (
  { deployment: { flagsTable, changesTable }, log }: World,
  region: string,
  progress: PromotePorts['progress'],
): PromotePorts => {
  const client = connectDynamo({ region });
  const access = { client, table: flagsTable };
  const waiting = { clock: systemClock, random: systemRandom };
  return {
    directory: bundledDirectory(),
    region,
    home: new DynamoHomeStore(access),
    flags: new DynamoFlagStore(access, waiting),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, ...waiting }),
    topology: new DynamoTopologySource(access),
    clock: systemClock,
    log,
    progress,
  };
};
