import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectOpenSearch } from '@flaghoist/adapters/connect/open-search';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { DynamoTrailStore } from '@flaghoist/adapters/dynamo-trail-store';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { OpenSearchAuditIndex } from '@flaghoist/adapters/open-search-audit-index';
import { OpenSearchSettings } from '@flaghoist/adapters/open-search-settings';
import { SqsDeadLetters } from '@flaghoist/adapters/sqs-dead-letters';
import { readVariables } from '@flaghoist/adapters/variables';
import { wired } from '@flaghoist/adapters/wired';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { bootstrapVariables } from './bootstrap-variables.ts';
import {
  type BootstrapHandler,
  createBootstrapHandler,
  createSweepHandler,
  createWriteHandler,
  type SweepHandler,
  type WriteHandler,
} from './handler.ts';
import { sweepVariables } from './sweep-variables.ts';
import { type IndexVariables, writeVariables } from './write-variables.ts';

const loggerOf = ({ AWS_REGION: region }: IndexVariables, entryPoint: string) =>
  new JsonLogger({ clock: systemClock, fields: { function: `audit-writer.${entryPoint}`, region } });

const portsOf = (variables: IndexVariables, entryPoint: string) => {
  const region = variables.AWS_REGION;
  return {
    audit: new OpenSearchAuditIndex({
      client: connectOpenSearch({ node: variables.AUDIT_ENDPOINT, region }),
      index: variables.AUDIT_INDEX,
    }),
    log: loggerOf(variables, entryPoint),
  };
};

const wireWrite = () => {
  const variables = readVariables(writeVariables, process.env);
  return createWriteHandler({
    ...portsOf(variables, 'write'),
    region: variables.AWS_REGION,
    home: new DynamoHomeStore({ client: connectDynamo(), table: variables.FLAGS_TABLE }),
    clock: systemClock,
    deadLetters: new SqsDeadLetters({ client: connectSqs(), queueArn: variables.DEAD_LETTER_ARN }),
  });
};

export const write: WriteHandler = (event) => wired(wireWrite)(event);

const wireSweep = () => {
  const variables = readVariables(sweepVariables, process.env);
  const client = connectDynamo();
  const flagsTable = variables.FLAGS_TABLE;
  const changesTable = variables.CHANGES_TABLE;
  return createSweepHandler({
    ...portsOf(variables, 'sweep'),
    flags: new DynamoFlagStore({ client, table: flagsTable }),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    trail: new DynamoTrailStore({ client, table: changesTable }),
    bus: new EventBridgeBus({ client: connectEventBridge(), busName: variables.EVENT_BUS_NAME }),
    clock: systemClock,
    region: variables.AWS_REGION,
    home: new DynamoHomeStore({ client, table: flagsTable }),
    topology: new DynamoTopologySource({ client, table: flagsTable }),
  });
};

export const sweep: SweepHandler = (input) => wired(wireSweep)(input);

const wireBootstrap = () => {
  const variables = readVariables(bootstrapVariables, process.env);
  const { AUDIT_ENDPOINT: node, AUDIT_INDEX: stream, AWS_REGION: region } = variables;
  return createBootstrapHandler({
    settings: new OpenSearchSettings(connectOpenSearch({ node, region })),
    trail: {
      stream,
      writers: variables.AUDIT_WRITERS,
      readers: variables.AUDIT_READERS,
      master: variables.AUDIT_MASTER,
    },
    log: loggerOf(variables, 'bootstrap'),
  });
};

export const bootstrap: BootstrapHandler = (input) => wired(wireBootstrap)(input);
