import { connectDynamo, connectUpstreamDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectSns } from '@flaghoist/adapters/connect/sns';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { DynamoGivenApprovals } from '@flaghoist/adapters/dynamo-approval-store';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoPendingProposals } from '@flaghoist/adapters/dynamo-proposal-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { DynamoUpstreamFlags, regionOfTable } from '@flaghoist/adapters/dynamo-upstream-flags';
import { DynamoVerificationStore } from '@flaghoist/adapters/dynamo-verification-store';
import { EmfMetrics } from '@flaghoist/adapters/emf-metrics';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { SnsChangeTopic } from '@flaghoist/adapters/sns-change-topic';
import { SqsDeadLetters } from '@flaghoist/adapters/sqs-dead-letters';
import { fillTemplate } from '@flaghoist/adapters/template';
import { readVariables } from '@flaghoist/adapters/variables';
import { wired } from '@flaghoist/adapters/wired';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import { bundledDirectory, bundledWaivers, policyNamed } from '@flaghoist/fleet/policies';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import type * as z from 'zod/mini';
import { acceptVariables, NO_UPSTREAM } from './accept-variables.ts';
import { distributeVariables } from './distribute-variables.ts';
import {
  createAcceptHandler,
  createDistributeHandler,
  createResumeHandler,
  createTellHandler,
  type ResumeHandler,
  type StreamHandler,
} from './handler.ts';
import { resumeVariables } from './resume-variables.ts';
import { tellVariables } from './tell-variables.ts';

const topicOf = ({ TOPIC_ARN_TEMPLATE }: { TOPIC_ARN_TEMPLATE: string }) =>
  new SnsChangeTopic({
    clientFor: (region) => connectSns({ region }),
    topicArnOf: (region) => fillTemplate(TOPIC_ARN_TEMPLATE, { region }),
    clock: systemClock,
  });

const busOf = ({ EVENT_BUS_NAME }: { EVENT_BUS_NAME: string }) =>
  new EventBridgeBus({ client: connectEventBridge(), busName: EVENT_BUS_NAME });

const deadLettersOf = ({ DEAD_LETTER_ARN }: { DEAD_LETTER_ARN: string }) =>
  new SqsDeadLetters({ client: connectSqs(), queueArn: DEAD_LETTER_ARN });

const metricsOf = ({ AWS_REGION }: { AWS_REGION: string }) =>
  new EmfMetrics({ region: AWS_REGION, clock: systemClock });

/** Of those who put back what a transaction may have at that moment. */
const waiting = { clock: systemClock, random: systemRandom };

const sharedPorts = (entryPoint: string, { AWS_REGION }: { AWS_REGION: string }) => ({
  region: AWS_REGION,
  clock: systemClock,
  log: new JsonLogger({ clock: systemClock, fields: { function: `validator.${entryPoint}`, region: AWS_REGION } }),
});

interface UpstreamTables {
  UPSTREAM_FLAGS_TABLE: string;
  UPSTREAM_CHANGES_TABLE: string;
}

const upstreamOf = ({ UPSTREAM_FLAGS_TABLE, UPSTREAM_CHANGES_TABLE }: UpstreamTables): UpstreamFlags | null => {
  if (UPSTREAM_FLAGS_TABLE === NO_UPSTREAM || UPSTREAM_CHANGES_TABLE === NO_UPSTREAM) return null;
  return new DynamoUpstreamFlags({
    client: connectUpstreamDynamo({ region: regionOfTable(UPSTREAM_FLAGS_TABLE) }),
    flagsTable: UPSTREAM_FLAGS_TABLE,
    changesTable: UPSTREAM_CHANGES_TABLE,
    clock: systemClock,
    random: systemRandom,
  });
};

const acceptPorts = (entryPoint: string, variables: Omit<z.output<typeof acceptVariables>, 'DEAD_LETTER_ARN'>) => {
  const client = connectDynamo();
  const flagsTable = variables.FLAGS_TABLE;
  const changesTable = variables.CHANGES_TABLE;
  return {
    ...sharedPorts(entryPoint, variables),
    metrics: metricsOf(variables),
    topic: topicOf(variables),
    proposals: new DynamoPendingProposals({ client, table: variables.PROPOSALS_TABLE }),
    approvals: new DynamoGivenApprovals({
      client,
      proposalsTable: variables.PROPOSALS_TABLE,
      changesTable: variables.CHANGES_TABLE,
    }),
    environment: variables.ENVIRONMENT,
    home: new DynamoHomeStore({ client, table: flagsTable }),
    policy: policyNamed(variables.POLICY),
    directory: bundledDirectory(),
    waivers: bundledWaivers(),
    upstream: upstreamOf(variables),
    flags: new DynamoFlagStore({ client, table: flagsTable }, waiting),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    topology: new DynamoTopologySource({ client, table: flagsTable }),
    random: systemRandom,
  };
};

const wireAccept = () => {
  const variables = readVariables(acceptVariables, process.env);
  return createAcceptHandler({ ...acceptPorts('accept', variables), deadLetters: deadLettersOf(variables) });
};

export const accept: StreamHandler = (event) => wired(wireAccept)(event);

const wireResume = () => {
  const variables = readVariables(resumeVariables, process.env);
  return createResumeHandler({ ...acceptPorts('resume', variables), bus: busOf(variables) });
};

export const resume: ResumeHandler = (input) => wired(wireResume)(input);

const wireTell = () => {
  const variables = readVariables(tellVariables, process.env);
  return createTellHandler({
    ...sharedPorts('tell', variables),
    deadLetters: deadLettersOf(variables),
    flags: new DynamoFlagStore({ client: connectDynamo(), table: variables.FLAGS_TABLE }),
    bus: busOf(variables),
  });
};

export const tell: StreamHandler = (event) => wired(wireTell)(event);

const wireDistribute = () => {
  const variables = readVariables(distributeVariables, process.env);
  const client = connectDynamo();
  const table = variables.VERIFICATION_TABLE;
  const flags = new DynamoFlagStore({ client, table: variables.FLAGS_TABLE }, waiting);
  const shared = sharedPorts('distribute', variables);
  const { log } = shared;
  return createDistributeHandler({
    ...shared,
    metrics: metricsOf(variables),
    deadLetters: deadLettersOf(variables),
    topic: topicOf(variables),
    bus: busOf(variables),
    flags,
    changes: new DynamoChangeStore({
      client,
      changesTable: variables.CHANGES_TABLE,
      flagsTable: variables.FLAGS_TABLE,
      clock: systemClock,
      random: systemRandom,
    }),
    home: new DynamoHomeStore({ client, table: variables.FLAGS_TABLE }),
    repair: flags,
    topology: new DynamoTopologySource({ client, table: variables.FLAGS_TABLE }),
    verification: new DynamoVerificationStore({ client, table, clock: systemClock, random: systemRandom, log }),
  });
};

export const distribute: StreamHandler = (event) => wired(wireDistribute)(event);
