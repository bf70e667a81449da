import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectSns } from '@flaghoist/adapters/connect/sns';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { EmfMetrics } from '@flaghoist/adapters/emf-metrics';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { SnsChangeTopic } from '@flaghoist/adapters/sns-change-topic';
import { SqsDeadLetters } from '@flaghoist/adapters/sqs-dead-letters';
import { fillTemplate } from '@flaghoist/adapters/template';
import { readVariables } from '@flaghoist/adapters/variables';
import { wired } from '@flaghoist/adapters/wired';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { concludeVariables } from './conclude-variables.ts';
import { type ConcludeHandler, createConcludeHandler, createJudgeHandler, type JudgeHandler } from './handler.ts';
import { type DecisionVariables, judgeVariables } from './judge-variables.ts';
import type { RollbackPorts } from './ports.ts';

const portsOf = (variables: DecisionVariables, entryPoint: string): RollbackPorts => {
  const client = connectDynamo();
  const flagsTable = variables.FLAGS_TABLE;
  const changesTable = variables.CHANGES_TABLE;
  return {
    flags: new DynamoFlagStore({ client, table: flagsTable }, { clock: systemClock, random: systemRandom }),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    topology: new DynamoTopologySource({ client, table: flagsTable }),
    topic: new SnsChangeTopic({
      clientFor: (region) => connectSns({ region }),
      topicArnOf: (region) => fillTemplate(variables.TOPIC_ARN_TEMPLATE, { region }),
      clock: systemClock,
    }),
    bus: new EventBridgeBus({ client: connectEventBridge(), busName: variables.EVENT_BUS_NAME }),
    clock: systemClock,
    random: systemRandom,
    log: new JsonLogger({
      clock: systemClock,
      fields: { function: `rollback.${entryPoint}`, region: variables.AWS_REGION },
    }),
    metrics: new EmfMetrics({ region: variables.AWS_REGION, clock: systemClock }),
    region: variables.AWS_REGION,
    home: new DynamoHomeStore({ client, table: flagsTable }),
    revertsPerMinute: variables.REVERTS_PER_MINUTE,
  };
};

const wireJudge = () => {
  const variables = readVariables(judgeVariables, process.env);
  return createJudgeHandler({
    ...portsOf(variables, 'judge'),
    deadLetters: new SqsDeadLetters({ client: connectSqs(), queueArn: variables.DEAD_LETTER_ARN }),
  });
};

export const judge: JudgeHandler = (event) => wired(wireJudge)(event);

const wireConclude = () => createConcludeHandler(portsOf(readVariables(concludeVariables, process.env), 'conclude'));

export const conclude: ConcludeHandler = (input) => wired(wireConclude)(input);
