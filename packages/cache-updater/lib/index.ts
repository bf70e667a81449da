import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectRedis } from '@flaghoist/adapters/connect/redis';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { DynamoVerificationStore } from '@flaghoist/adapters/dynamo-verification-store';
import { readEnvironment } from '@flaghoist/adapters/environment';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { ServiceCells } from '@flaghoist/adapters/service-cells';
import { SqsLoadRequests } from '@flaghoist/adapters/sqs-load-requests';
import { SqsServiceQueues } from '@flaghoist/adapters/sqs-service-queues';
import { StdoutAcknowledgementLog } from '@flaghoist/adapters/stdout-acknowledgement-log';
import { systemClock } from '@flaghoist/adapters/system/clock';
import { systemRandom } from '@flaghoist/adapters/system/random';
import { fillTemplate } from '@flaghoist/adapters/template';
import { applyEnvironmentSchema } from './apply-environment.ts';
import {
  type BatchHandler,
  createApplyHandler,
  createLoadHandler,
  createReconcileHandler,
  type ReconcileHandler,
} from './handler.ts';
import { loadEnvironmentSchema } from './load-environment.ts';
import { createMessageReader } from './message-reader.ts';
import { reconcileEnvironmentSchema } from './reconcile-environment.ts';
import { createServiceOf } from './service-of.ts';

interface CacheVariables {
  CACHE_HOST: string;
  CACHE_PORT: number;
  CACHE_TLS: boolean;
}

interface QueueVariables {
  QUEUE_ARN_TEMPLATE: string;
  DEAD_LETTER_ARN_TEMPLATE: string;
  LOAD_QUEUE_ARN: string;
}

const logOf = (entryPoint: string, region: string): JsonLogger =>
  new JsonLogger({ clock: systemClock, fields: { function: `cache-updater.${entryPoint}`, region } });

const redisOf = ({ CACHE_HOST, CACHE_PORT, CACHE_TLS }: CacheVariables, log: JsonLogger) =>
  connectRedis({ host: CACHE_HOST, port: CACHE_PORT, tls: CACHE_TLS, log });

const queuesOf = ({ QUEUE_ARN_TEMPLATE, DEAD_LETTER_ARN_TEMPLATE, LOAD_QUEUE_ARN }: QueueVariables) => {
  const client = connectSqs();
  return {
    loads: new SqsLoadRequests({ client, queueArn: LOAD_QUEUE_ARN }),
    queues: new SqsServiceQueues({
      client,
      queueArnOf: (service) => fillTemplate(QUEUE_ARN_TEMPLATE, { service }),
      deadLetterArnOf: (service) => fillTemplate(DEAD_LETTER_ARN_TEMPLATE, { service }),
    }),
  };
};

let wiredApply: BatchHandler | undefined;

const wireApply = (): BatchHandler => {
  const environment = readEnvironment(applyEnvironmentSchema, process.env);
  const log = logOf('apply', environment.AWS_REGION);
  return createApplyHandler({
    region: environment.AWS_REGION,
    read: createMessageReader(),
    cache: new RedisServiceCache({ client: redisOf(environment, log), cellOf: () => environment.CELL }),
    acknowledgements: new StdoutAcknowledgementLog(),
    ...queuesOf(environment),
    serviceOf: createServiceOf(environment.QUEUE_ARN_TEMPLATE),
    clock: systemClock,
    random: systemRandom,
    log,
  });
};

export const apply: BatchHandler = (event) => {
  wiredApply ??= wireApply();
  return wiredApply(event);
};

interface TableVariables {
  FLAGS_TABLE: string;
  VERIFICATION_TABLE: string;
}

/** CURRENTs that the reconciler, once a minute, knows again by their bytes. */
const CURRENTS_REMEMBERED = 8_000;

/** What the full load and the reconciler share: the replica, the caches of all cells, and the region's refusals. */
const regionPorts = (environment: TableVariables & CacheVariables, log: JsonLogger) => {
  const client = connectDynamo();
  const topology = new DynamoTopologySource({ client, table: environment.FLAGS_TABLE });
  const table = environment.VERIFICATION_TABLE;
  return {
    read: createMessageReader({ maxTexts: CURRENTS_REMEMBERED }),
    flags: new DynamoFlagStore({ client, table: environment.FLAGS_TABLE }),
    verification: new DynamoVerificationStore({ client, table, clock: systemClock, random: systemRandom }),
    topology,
    cache: new RedisServiceCache({ client: redisOf(environment, log), cellOf: new ServiceCells(topology).cellOf }),
    acknowledgements: new StdoutAcknowledgementLog(),
    clock: systemClock,
    log,
  };
};

let wiredLoad: BatchHandler | undefined;

const wireLoad = (): BatchHandler => {
  const environment = readEnvironment(loadEnvironmentSchema, process.env);
  const region = environment.AWS_REGION;
  return createLoadHandler({ region, ...regionPorts(environment, logOf('load', region)) });
};

export const load: BatchHandler = (event) => {
  wiredLoad ??= wireLoad();
  return wiredLoad(event);
};

let wiredReconcile: ReconcileHandler | undefined;

const wireReconcile = (): ReconcileHandler => {
  const environment = readEnvironment(reconcileEnvironmentSchema, process.env);
  const region = environment.AWS_REGION;
  return createReconcileHandler({
    region,
    ...regionPorts(environment, logOf('reconcile', region)),
    ...queuesOf(environment),
    bus: new EventBridgeBus({ client: connectEventBridge(), busName: environment.EVENT_BUS_NAME }),
  });
};

export const reconcile: ReconcileHandler = (input) => {
  wiredReconcile ??= wireReconcile();
  return wiredReconcile(input);
};
