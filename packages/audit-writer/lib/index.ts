import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectOpenSearch } from '@flaghoist/adapters/connect/open-search';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { OpenSearchAuditIndex } from '@flaghoist/adapters/open-search-audit-index';
import { systemClock } from '@flaghoist/adapters/system/clock';
import {
  readEnvironment,
  sweepEnvironmentSchema,
  type WriteEnvironment,
  writeEnvironmentSchema,
} from './environment.ts';
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
  return createSweepHandler({
    ...portsOf(environment, 'sweep'),
    flags: new DynamoFlagStore({ client: connectDynamo(), table: environment.FLAGS_TABLE }),
    clock: systemClock,
    region: environment.AWS_REGION,
  });
};

export const sweep: SweepHandler = () => {
  wiredSweep ??= wireSweep();
  return wiredSweep();
};
