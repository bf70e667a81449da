import { connectCache } from '@flaghoist/adapters/connect/cache';
import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectLogs } from '@flaghoist/adapters/connect/logs';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { DynamoVerificationStore } from '@flaghoist/adapters/dynamo-verification-store';
import { EmfMetrics } from '@flaghoist/adapters/emf-metrics';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { LogsInsightsQuery } from '@flaghoist/adapters/logs-insights-query';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { ServiceCells } from '@flaghoist/adapters/service-cells';
import { readVariables } from '@flaghoist/adapters/variables';
import { wired } from '@flaghoist/adapters/wired';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { compareVariables } from './compare-variables.ts';
import { type CompareHandler, createCompareHandler, createScanHandler, type ScanHandler } from './handler.ts';
import { scanVariables } from './scan-variables.ts';

interface RegionVariables {
  AWS_REGION: string;
  FLAGS_TABLE: string;
  VERIFICATION_TABLE: string;
  EVENT_BUS_NAME: string;
}

const regionPorts = (variables: RegionVariables, entryPoint: string) => {
  const region = variables.AWS_REGION;
  const client = connectDynamo();
  const table = variables.VERIFICATION_TABLE;
  const log = new JsonLogger({ clock: systemClock, fields: { function: `consistency-checker.${entryPoint}`, region } });
  return {
    client,
    region,
    flags: new DynamoFlagStore({ client, table: variables.FLAGS_TABLE }),
    verification: new DynamoVerificationStore({ client, table, clock: systemClock, random: systemRandom, log }),
    topology: new DynamoTopologySource({ client, table: variables.FLAGS_TABLE }),
    bus: new EventBridgeBus({ client: connectEventBridge(), busName: variables.EVENT_BUS_NAME }),
    clock: systemClock,
    log,
  };
};

const wireScan = () => {
  const variables = readVariables(scanVariables, process.env);
  const logGroup = variables.ACKNOWLEDGEMENT_LOG_GROUP;
  return createScanHandler({
    ...regionPorts(variables, 'scan'),
    query: new LogsInsightsQuery({ client: connectLogs(), logGroup }),
    random: systemRandom,
  });
};

export const scan: ScanHandler = (input) => wired(wireScan)(input);

const wireCompare = () => {
  const variables = readVariables(compareVariables, process.env);
  const { client, ...ports } = regionPorts(variables, 'compare');
  return createCompareHandler({
    ...ports,
    metrics: new EmfMetrics({ region: ports.region, clock: systemClock }),
    cache: new RedisServiceCache({
      client: connectCache(variables, { log: ports.log }),
      cellOf: new ServiceCells(ports.topology).cellOf,
      shards: variables.CACHE_SHARDS,
    }),
  });
};

export const compare: CompareHandler = (input) => wired(wireCompare)(input);
