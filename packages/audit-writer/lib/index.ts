import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectOpenSearch } from '@flaghoist/adapters/connect/open-search';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { readEnvironment } from '@flaghoist/adapters/environment';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { OpenSearchAuditIndex } from '@flaghoist/adapters/open-search-audit-index';
import { systemClock } from '@flaghoist/adapters/system/clock';
import { systemRandom } from '@flaghoist/adapters/system/random';
import { sweepEnvironmentSchema, type WriteEnvironment, writeEnvironmentSchema } from './environment.ts';
import { createSweepHandler, createWriteHandler, type SweepHandler, type WriteHandler } from './handler.ts';
import type { WritePorts } from './write-events.ts';

const portsOf = (environment: WriteEnvironment, entryPoint: string): WritePorts => {
  const region = environment.AWS_REGION;
  return {
    audit: new OpenSearchAuditIndex({
      client: connectOpenSearch({ node: environment.AUDIT_ENDPOINT, region }),
      index: environment.AUDIT_INDEX,
    }),
    log: new JsonLogger({ clock: systemClock, fields: { function: `audit-writer.${entryPoint}`, region } }),
  };
};

let wiredWrite: WriteHandler | undefined;

export const write: WriteHandler = (event) => {
  wiredWrite ??= createWriteHandler(portsOf(readEnvironment(writeEnvironmentSchema, process.env), 'write'));
  return wiredWrite(event);
};

let wiredSweep: SweepHandler | undefined;

const wireSweep = (): SweepHandler => {
  const environment = readEnvironment(sweepEnvironmentSchema, process.env);
  const client = connectDynamo();
  const flagsTable = environment.FLAGS_TABLE;
  const changesTable = environment.CHANGES_TABLE;
  return createSweepHandler({
    ...portsOf(environment, 'sweep'),
    flags: new DynamoFlagStore({ client, table: flagsTable }),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    bus: new EventBridgeBus({ client: connectEventBridge(), busName: environment.EVENT_BUS_NAME }),
    clock: systemClock,
    region: environment.AWS_REGION,
  });
};

export const sweep: SweepHandler = () => {
  wiredSweep ??= wireSweep();
  return wiredSweep();
};
