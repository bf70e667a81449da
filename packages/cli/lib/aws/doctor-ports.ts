import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectLambda } from '@flaghoist/adapters/connect/lambda';
import { connectLogs } from '@flaghoist/adapters/connect/logs';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { connectSts } from '@flaghoist/adapters/connect/sts';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoProposalStore } from '@flaghoist/adapters/dynamo-proposal-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { LogsInsightsQuery } from '@flaghoist/adapters/logs-insights-query';
import { RegionInspection } from '@flaghoist/adapters/region-inspection';
import { fillTemplate } from '@flaghoist/adapters/template';
import type { Topology } from '@flaghoist/core/topology';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import type { ProbePorts } from '../doctor/probe.ts';
import type { Expected, RegionView } from '../doctor/region-checks.ts';
import type { World } from './arn-of.ts';

const flagsIn = ({ deployment }: World, region: string) => ({
  client: connectDynamo({ region }),
  table: deployment.flagsTable,
});

const queryIn = ({ deployment }: World, region: string): LogsInsightsQuery =>
  new LogsInsightsQuery({ client: connectLogs({ region }), logGroup: deployment.acknowledgements });

export const regionView = (world: World, region: string): RegionView => ({
  region,
  inspection: new RegionInspection({
    dynamo: connectDynamo({ region }),
    lambda: connectLambda({ region }),
    sqs: connectSqs({ region }),
    sts: connectSts({ region }),
  }),
  query: queryIn(world, region),
  home: () => new DynamoHomeStore(flagsIn(world, region)).home(),
  topologyVersion: async () => (await new DynamoTopologySource(flagsIn(world, region)).latest()).version,
});

/** What home says of the world. @throws UnavailableError */
export const expectedOf = async (world: World, home: string): Promise<Expected> => {
  const { deployment } = world;
  const access = flagsIn(world, home);
  const [move, topology] = await Promise.all([
    new DynamoHomeStore(access).home(),
    new DynamoTopologySource(access).latest(),
  ]);
  const homes = [topology.home, topology.standby];
  return {
    home: move,
    standby: topology.standby,
    topology,
    regions: deployment.regions,
    tables: {
      flags: deployment.flagsTable,
      verification: deployment.verificationTable,
      ofHome: [deployment.changesTable, deployment.proposalsTable],
    },
    functionsIn: (region) => inRegion(deployment.functions, region, homes),
    queuesIn: (region) => queuesOf(deployment.queues, region, { topology, homes }),
    clock: systemClock,
  };
};

/** What only home has exists in home and its standby. */
const ONLY_HOME =
  /^(rollback\.|audit-writer\.|validator\.(accept|resume|tell))|^(region-verdicts|audit|tell-dropped|accept-dropped)/;

const inRegion = (
  templates: Readonly<Record<string, string>>,
  region: string,
  homes: readonly (string | undefined)[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(templates)
      .filter(([name]) => homes.includes(region) || !ONLY_HOME.test(name))
      .map(([name, template]) => [name, template.replaceAll('{region}', region)]),
  );

const queuesOf = (
  templates: Readonly<Record<string, string>>,
  region: string,
  { topology, homes }: { readonly topology: Topology; readonly homes: readonly (string | undefined)[] },
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(inRegion(templates, region, homes)).flatMap(([name, template]) =>
      template.includes('{service}')
        ? topology.services.map(({ name: service }) => [`${service} ${name}`, fillTemplate(template, { service })])
        : [[name, template]],
    ),
  );

export const probePorts = (
  world: World,
  { home, principal }: { readonly home: string; readonly principal: string },
): ProbePorts => {
  const { deployment } = world;
  const access = flagsIn(world, home);
  const { client } = access;
  const { flagsTable, changesTable, proposalsTable } = deployment;
  return {
    home,
    principal,
    proposals: new DynamoProposalStore({ client, table: proposalsTable, principal, clock: systemClock }),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    flags: new DynamoFlagStore(access),
    regions: deployment.regions.map((region) => ({
      region,
      replica: new DynamoFlagStore(flagsIn(world, region)),
      query: queryIn(world, region),
    })),
    clock: systemClock,
  };
};
