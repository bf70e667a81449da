import { assumeRole } from '@flaghoist/adapters/assume-role';
import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { connectSts } from '@flaghoist/adapters/connect/sts';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoProposalStore } from '@flaghoist/adapters/dynamo-proposal-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { EmfMetrics } from '@flaghoist/adapters/emf-metrics';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { sendToQueue } from '@flaghoist/adapters/send-to-queue';
import { fillTemplate } from '@flaghoist/adapters/template';
import { readVariables } from '@flaghoist/adapters/variables';
import { wired } from '@flaghoist/adapters/wired';
import { CANARY_SESSION } from '@flaghoist/core/canary';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { type CanaryHandler, createCanaryHandler } from './handler.ts';
import { runVariables } from './run-variables.ts';

const wireRun = () => {
  const variables = readVariables(runVariables, process.env);
  const { AWS_REGION: region, FLAGS_TABLE: flagsTable, CHANGES_TABLE: changesTable } = variables;
  const client = connectDynamo();
  const sts = connectSts();
  const role = { roleArn: variables.CANARY_ROLE_ARN, sessionName: CANARY_SESSION };
  return createCanaryHandler({
    region,
    home: new DynamoHomeStore({ client, table: flagsTable }),
    topology: new DynamoTopologySource({ client, table: flagsTable }),
    flags: new DynamoFlagStore({ client, table: flagsTable }),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    proposals: {
      propose: async (proposal) => {
        // A new session each time: a run proposes once.
        const { principal, credentials } = await assumeRole(sts, role);
        const own = connectDynamo({ credentials });
        const access = { client: own, table: variables.PROPOSALS_TABLE, principal, clock: systemClock };
        return new DynamoProposalStore(access).propose(proposal);
      },
    },
    send: (to, message) =>
      sendToQueue(
        connectSqs({ region: to }),
        fillTemplate(variables.CANARY_QUEUE_ARN_TEMPLATE, { region: to }),
        message,
      ),
    clock: systemClock,
    log: new JsonLogger({ clock: systemClock, fields: { function: 'canary.run', region } }),
    metrics: new EmfMetrics({ region, clock: systemClock }),
  });
};

export const run: CanaryHandler = () => wired(wireRun)();
