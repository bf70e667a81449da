import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectSns } from '@flaghoist/adapters/connect/sns';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { readEnvironment } from '@flaghoist/adapters/environment';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { SnsChangeTopic } from '@flaghoist/adapters/sns-change-topic';
import { systemClock } from '@flaghoist/adapters/system/clock';
import { systemRandom } from '@flaghoist/adapters/system/random';
import { fillTemplate } from '@flaghoist/adapters/template';
import { concludeEnvironmentSchema, type Environment, environmentSchema } from './environment.ts';
import { type ConcludeHandler, createConcludeHandler, createJudgeHandler, type JudgeHandler } from './handler.ts';
import type { RollbackPorts } from './ports.ts';

const portsOf = (environment: Environment, entryPoint: string): RollbackPorts => {
  const client = connectDynamo();
  const flagsTable = environment.FLAGS_TABLE;
  const changesTable = environment.CHANGES_TABLE;
  return {
    flags: new DynamoFlagStore({ client, table: flagsTable }),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    topology: new DynamoTopologySource({ client, table: flagsTable }),
    topic: new SnsChangeTopic({
      clientFor: (region) => connectSns({ region }),
      topicArnOf: (region) => fillTemplate(environment.TOPIC_ARN_TEMPLATE, { region }),
    }),
    clock: systemClock,
    random: systemRandom,
    log: new JsonLogger({
      clock: systemClock,
      fields: { function: `rollback.${entryPoint}`, region: environment.AWS_REGION },
    }),
    epoch: environment.EPOCH,
    revertsPerMinute: environment.REVERTS_PER_MINUTE,
  };
};

let wiredJudge: JudgeHandler | undefined;

export const judge: JudgeHandler = (event) => {
  wiredJudge ??= createJudgeHandler(portsOf(readEnvironment(environmentSchema, process.env), 'judge'));
  return wiredJudge(event);
};

let wiredConclude: ConcludeHandler | undefined;

const wireConclude = (): ConcludeHandler => {
  const environment = readEnvironment(concludeEnvironmentSchema, process.env);
  return createConcludeHandler({
    ...portsOf(environment, 'conclude'),
    bus: new EventBridgeBus({ client: connectEventBridge(), busName: environment.EVENT_BUS_NAME }),
    region: environment.AWS_REGION,
  });
};

export const conclude: ConcludeHandler = (input) => {
  wiredConclude ??= wireConclude();
  return wiredConclude(input);
};
