import { callFunction } from '@flaghoist/adapters/call-function';
import { callerPrincipal } from '@flaghoist/adapters/caller-principal';
import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectLambda } from '@flaghoist/adapters/connect/lambda';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { connectSts } from '@flaghoist/adapters/connect/sts';
import { DynamoApprovalStore, DynamoGivenApprovals } from '@flaghoist/adapters/dynamo-approval-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { SqsLetters } from '@flaghoist/adapters/sqs-letters';
import { SqsLoadRequests } from '@flaghoist/adapters/sqs-load-requests';
import { UnavailableError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import { bundledDirectory } from '@flaghoist/fleet/policies';
import type { MembershipPorts, RegionAccess } from '@flaghoist/operations/ports';
import type { RedrivePorts } from '@flaghoist/operations/redrive';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import * as z from 'zod/mini';
import { arnOf, type World } from './arn-of.ts';

const reconciledSchema = z.object({ clean: z.array(z.string()) });
const lackingSchema = z.object({
  lacking: z.object({
    instances: z.array(z.object({ service: z.string(), instance: z.string() })),
    silent: z.array(z.string()),
  }),
});
const batchSchema = z.object({ batchItemFailures: z.array(z.unknown()) });
const answer = {
  what: 'answer of a function',
  hint: 'Operate a world from a checkout of the release that runs in it.',
};

/** Who asks, as AWS sees it. @throws UnavailableError */
export const callerIn = (region: string): Promise<string> => callerPrincipal(connectSts({ region }));

/** The region that is home: what the item HOME of a region says, and that region where there is none yet. */
export const homeOf = async ({ deployment }: World, region: string): Promise<string> => {
  const home = new DynamoHomeStore({ client: connectDynamo({ region }), table: deployment.flagsTable });
  return (await home.lastMove())?.region ?? region;
};

/** What an operator reaches who publishes a topology, or brings somebody in. @param region where HOME is looked for */
export const membershipPorts = async (world: World, region: string): Promise<MembershipPorts> => {
  const table = world.deployment.flagsTable;
  const client = connectDynamo({ region: await homeOf(world, region) });
  return {
    directory: bundledDirectory(),
    topology: new DynamoTopologySource({ client, table }, { clock: systemClock, random: systemRandom }),
    home: new DynamoHomeStore({ client, table }),
    flags: new DynamoFlagStore({ client, table }),
    approvals: new DynamoGivenApprovals({
      client,
      proposalsTable: world.deployment.proposalsTable,
      changesTable: world.deployment.changesTable,
    }),
    region: (name) => regionAccess(world, name),
    clock: systemClock,
    log: world.log,
  };
};

const regionAccess = (world: World, region: string): RegionAccess => {
  const access = { client: connectDynamo({ region }), table: world.deployment.flagsTable };
  const askReconciler = (input: object): Promise<unknown> =>
    callFunction(connectLambda({ region }), arnOf(world, 'functions', 'cache-updater.reconcile', { region }), input);
  return {
    flags: new DynamoFlagStore(access),
    topology: new DynamoTopologySource(access),
    loads: {
      request: (service) =>
        new SqsLoadRequests({
          client: connectSqs({ region }),
          queueArn: arnOf(world, 'queues', 'cache-loads', { region }),
        }).request(service),
    },
    reconcile: async (cell) => parse(reconciledSchema, await askReconciler({ cell }), answer).clean,
    lacking: async (cell, evaluator) => parse(lackingSchema, await askReconciler({ cell, evaluator }), answer).lacking,
  };
};

/** Where somebody puts down approvals, under their own key. @param region where HOME is looked for */
export const approvalsOf = async (world: World, region: string, principal: string): Promise<DynamoApprovalStore> =>
  new DynamoApprovalStore({
    client: connectDynamo({ region: await homeOf(world, region) }),
    table: world.deployment.proposalsTable,
    principal,
  });

/** The bus of home, which the audit trail listens to. @param region where HOME is looked for */
export const homeBus = async (world: World, region: string): Promise<EventBridgeBus> =>
  new EventBridgeBus({
    client: connectEventBridge({ region: await homeOf(world, region) }),
    busName: world.deployment.eventBus,
  });

/** What an operator reaches who sends dead letters of a region back. */
export const redrivePorts = async (world: World, region: string): Promise<RedrivePorts> => {
  const home = await homeOf(world, region);
  return {
    directory: bundledDirectory(),
    wiring: shippedWiring(),
    queue: (name, place) =>
      new SqsLetters({ client: connectSqs({ region: place.region }), queueArn: arnOf(world, 'queues', name, place) }),
    invoke: async (name, at, record) => {
      const reader = arnOf(world, 'functions', name, { region: at });
      const given = await callFunction(connectLambda({ region: at }), reader, { Records: [record] });
      if (parse(batchSchema, given, answer).batchItemFailures.length === 0) return;
      throw new UnavailableError(
        `what ${name} needs for this record`,
        'Its log says what; mend that and redrive again.',
      );
    },
    bus: new EventBridgeBus({ client: connectEventBridge({ region: home }), busName: world.deployment.eventBus }),
    region: home,
    clock: systemClock,
    log: world.log,
  };
};
