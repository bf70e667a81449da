import type { CacheVariables } from '@flaghoist/adapters/cache-variables';
import { connectCache } from '@flaghoist/adapters/connect/cache';
import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectEventBridge } from '@flaghoist/adapters/connect/event-bridge';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { DynamoVerificationStore } from '@flaghoist/adapters/dynamo-verification-store';
import { EmfMetrics } from '@flaghoist/adapters/emf-metrics';
import { EventBridgeBus } from '@flaghoist/adapters/event-bridge-bus';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { ServiceCells } from '@flaghoist/adapters/service-cells';
import { SqsDeadLetters } from '@flaghoist/adapters/sqs-dead-letters';
import { SqsLoadRequests } from '@flaghoist/adapters/sqs-load-requests';
import { SqsServiceQueues } from '@flaghoist/adapters/sqs-service-queues';
import { StdoutAcknowledgementLog } from '@flaghoist/adapters/stdout-acknowledgement-log';
import { fillTemplate } from '@flaghoist/adapters/template';
import { readVariables } from '@flaghoist/adapters/variables';
import { wired } from '@flaghoist/adapters/wired';
import { systemClock } from '@flaghoist/system/clock';
import { processAge } from '@flaghoist/system/process-age';
import { systemRandom } from '@flaghoist/system/random';
import { applyVariables } from './apply-variables.ts';
import {
  type BatchHandler,
  createApplyHandler,
  createLoadHandler,
  createOfferHandler,
  createReconcileHandler,
  type OfferHandler,
  type ReconcileHandler,
} from './handler.ts';
import { loadVariables } from './load-variables.ts';
import { createMessageReader } from './message-reader.ts';
import { offerVariables } from './offer-variables.ts';
import { reconcileVariables } from './reconcile-variables.ts';
import { createServiceOf } from './service-of.ts';
import { timed } from './timed-pass.ts';

interface QueueVariables {
  DEAD_LETTER_ARN_TEMPLATE: string;
  LOAD_QUEUE_ARN: string;
}

const logOf = (entryPoint: string, region: string): JsonLogger =>
  new JsonLogger({ clock: systemClock, fields: { function: `cache-updater.${entryPoint}`, region } });

const loadsOf = ({ LOAD_QUEUE_ARN }: Pick<QueueVariables, 'LOAD_QUEUE_ARN'>) =>
  new SqsLoadRequests({ client: connectSqs(), queueArn: LOAD_QUEUE_ARN });

const queuesOf = ({ DEAD_LETTER_ARN_TEMPLATE }: Pick<QueueVariables, 'DEAD_LETTER_ARN_TEMPLATE'>) =>
  new SqsServiceQueues({
    client: connectSqs(),
    deadLetterArnOf: (service) => fillTemplate(DEAD_LETTER_ARN_TEMPLATE, { service }),
  });

const wireApply = () => {
  const variables = readVariables(applyVariables, process.env);
  const log = logOf('apply', variables.AWS_REGION);
  const client = connectDynamo();
  const table = variables.VERIFICATION_TABLE;
  return createApplyHandler({
    region: variables.AWS_REGION,
    read: createMessageReader(),
    flags: new DynamoFlagStore({ client, table: variables.FLAGS_TABLE }),
    verification: new DynamoVerificationStore({ client, table, clock: systemClock, random: systemRandom, log }),
    cache: new RedisServiceCache({
      client: connectCache(variables, { log }),
      cellOf: () => variables.CELL,
      shards: variables.CACHE_SHARDS,
    }),
    acknowledgements: new StdoutAcknowledgementLog(),
    loads: loadsOf(variables),
    queues: queuesOf(variables),
    serviceOf: createServiceOf(variables.QUEUE_ARN_TEMPLATE),
    metrics: new EmfMetrics({ region: variables.AWS_REGION, clock: systemClock }),
    clock: systemClock,
    random: systemRandom,
    log,
  });
};

export const apply: BatchHandler = (event) => wired(wireApply)(event);

interface TableVariables {
  FLAGS_TABLE: string;
  VERIFICATION_TABLE: string;
}

/** CURRENTs that the reconciler, once a minute, knows again by their bytes. */
const CURRENTS_REMEMBERED = 8_000;

/** What the full load and the reconciler share: the replica, the caches of all cells, and the region's refusals. */
const regionPorts = (variables: TableVariables & CacheVariables, log: JsonLogger) => {
  const client = connectDynamo();
  const topology = new DynamoTopologySource({ client, table: variables.FLAGS_TABLE });
  const table = variables.VERIFICATION_TABLE;
  return {
    read: createMessageReader({ maxTexts: CURRENTS_REMEMBERED }),
    flags: new DynamoFlagStore({ client, table: variables.FLAGS_TABLE }),
    verification: new DynamoVerificationStore({ client, table, clock: systemClock, random: systemRandom, log }),
    topology,
    cache: new RedisServiceCache({
      client: connectCache(variables, { log }),
      cellOf: new ServiceCells(topology).cellOf,
      shards: variables.CACHE_SHARDS,
    }),
    acknowledgements: new StdoutAcknowledgementLog(),
    clock: systemClock,
    log,
  };
};

const wireLoad = () => {
  const variables = readVariables(loadVariables, process.env);
  const region = variables.AWS_REGION;
  return createLoadHandler({
    region,
    ...regionPorts(variables, logOf('load', region)),
    deadLetters: new SqsDeadLetters({ client: connectSqs(), queueArn: variables.DEAD_LETTER_ARN }),
  });
};

export const load: BatchHandler = (event) => wired(wireLoad)(event);

const wireOffer = () => {
  const variables = readVariables(offerVariables, process.env);
  const region = variables.AWS_REGION;
  return createOfferHandler({
    region,
    ...regionPorts(variables, logOf('offer', region)),
    loads: loadsOf(variables),
  });
};

export const offer: OfferHandler = (input) => wired(wireOffer)(input);

/** From the start of this process. It stands in the zip of the reconciler alone. */
const loadedAfterMs = /* @__PURE__ */ Math.round(/* @__PURE__ */ processAge());

const wireReconcile = () => {
  const variables = readVariables(reconcileVariables, process.env);
  const region = variables.AWS_REGION;
  const pass = createReconcileHandler({
    region,
    ...regionPorts(variables, logOf('reconcile', region)),
    loads: loadsOf(variables),
    metrics: new EmfMetrics({ region, clock: systemClock }),
    bus: new EventBridgeBus({ client: connectEventBridge(), busName: variables.EVENT_BUS_NAME }),
  });
  return timed(pass, { coldStartMs: loadedAfterMs, now: processAge });
};

export const reconcile: ReconcileHandler = (input) => wired(wireReconcile)(input);
