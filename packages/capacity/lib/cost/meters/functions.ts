import { memberOf } from '@flaghoist/core/json';
import type { FunctionName } from '@flaghoist/wiring/wiring';
import { assumptions } from '../../load/assumptions.ts';
import { functionNameOf, readsStream } from '../../load/deployment.ts';
import { blockOf, listOf, numberOf, ofType, type Planned, placeOf, textOf } from '../../plans/planned.ts';
import type { MeterInput, MeterOf } from '../meter.ts';

const { hours } = assumptions.month;
const SECONDS = hours * 3600;
const GIGABYTE = 1e9;

interface Share {
  /** Of the load of all functions of the name: those of cells by their event sources, others equally. */
  readonly part: number;
  /** Messages for it that come together: one for each queue. */
  readonly together: number;
}

const shareOf = (resource: Planned, name: FunctionName, { deployment }: MeterInput): Share => {
  const region = deployment.regions.find((each) => each.region === resource.region);
  const same = region?.functions.filter((each) => each.name === name) ?? [];
  const all = same.reduce((sum, { sources }) => sum + sources.length, 0);
  const own = same.find((each) => each.resource === resource)?.sources.length ?? 0;
  return { part: all === 0 ? 1 / Math.max(same.length, 1) : own / all, together: Math.max(own, 1) };
};

/** Traces a second: X-Ray keeps the first request of a second, and a share of the others. What comes together is one first. */
const tracesOf = (idle: number, invoked: number, together: number, audience: number): number => {
  const { perSecond, share } = assumptions.traces;
  const busy = Math.max(invoked - idle, 0);
  const first = Math.min(idle / together + busy / Math.max(together * audience, 1), perSecond, invoked);
  return first + (invoked - first) * share;
};

/** What the platform itself writes of an invocation: nothing where its level is above INFO, which only JSON allows. */
const platformBytesOf = ({ values }: Planned): number => {
  const logging = blockOf(values, 'logging_config');
  const isOff = memberOf(logging, 'log_format') === 'JSON' && memberOf(logging, 'system_log_level') === 'WARN';
  return isOff ? 0 : assumptions.platformLineBytes.value;
};

/** Requests, time, lines and traces of a function. */
export const functionMeter: MeterOf = (resource, input) => {
  const name = functionNameOf(resource);
  const { load, deployment } = input;
  if (name === undefined || load === undefined) {
    return { meters: [], unpriced: [`${resource.address}: how often it is called`] };
  }
  const { milliseconds: least, millisecondsPerFlag = 0, lineBytes } = assumptions.functions[name];
  const milliseconds = least + millisecondsPerFlag * load.flags;
  const { part, together } = shareOf(resource, name, input);
  const perSecond = (load.invocations.get(name) ?? 0) * part;
  const { idlePerSecond = 0, perSecond: brought = 0 } = load.events.get(name) ?? {};
  const memory = (numberOf(resource, 'memory_size') ?? 128) / 1024;
  const bytes = brought * part * lineBytes + perSecond * platformBytesOf(resource);
  const traced = memberOf(blockOf(resource.values, 'tracing_config'), 'mode') === 'Active';
  const all = deployment.regions.find(({ region }) => region === load.region)?.subscriptions ?? 1;
  const traces = tracesOf(idlePerSecond * part, perSecond, together, load.audience / Math.max(all, 1));
  const arm = listOf(resource, 'architectures').includes('arm64');
  return {
    meters: [
      { price: 'lambda.requests', quantity: perSecond * SECONDS },
      { price: arm ? 'lambda.arm' : 'lambda.x86', quantity: perSecond * SECONDS * (milliseconds / 1000) * memory },
      { price: 'logs.ingested', quantity: (bytes * SECONDS) / GIGABYTE },
      { price: 'logs.stored', quantity: (bytes * SECONDS) / GIGABYTE },
      ...(traced ? [{ price: 'xray.traces', quantity: traces * SECONDS }] : []),
    ],
  };
};

/** Polls of an event source that nothing waits for. Lambda reads streams of DynamoDB for nothing. */
export const sourceMeter: MeterOf = (source, { options }) => {
  if (readsStream(source)) return { meters: [] };
  const provisioned = memberOf(blockOf(source.values, 'provisioned_poller_config'), 'minimum_pollers');
  if (typeof provisioned === 'number') return { meters: [{ price: 'lambda.pollers', quantity: provisioned * hours }] };
  const { pollers, pollsPerMinute } = assumptions.queues;
  return { meters: [{ price: 'sqs.polls', quantity: (options.pollers ?? pollers) * pollsPerMinute * 60 * hours }] };
};

/** Requests for the messages of all queues that functions of a region read: each is sent, received and deleted. */
export const queueTraffic = ({ deployment, load }: MeterInput): number => {
  const region = deployment.regions.find((each) => each.region === load?.region);
  const readers = new Set(
    (region?.functions ?? [])
      .filter(({ sources }) => sources.some((source) => !readsStream(source)))
      .map(({ name }) => name),
  );
  const perSecond = [...readers].reduce((sum, name) => sum + (load?.events.get(name)?.perSecond ?? 0), 0);
  return perSecond * assumptions.queues.requestsPerMessage * SECONDS;
};

export const provisionedMeter: MeterOf = (resource, { resources }) => {
  const count = numberOf(resource, 'provisioned_concurrent_executions') ?? 0;
  const owner = ofType(resources, 'aws_lambda_function').find(
    (each) =>
      placeOf(each) === placeOf(resource) || textOf(each, 'function_name') === textOf(resource, 'function_name'),
  );
  const memory = (owner === undefined ? 1024 : (numberOf(owner, 'memory_size') ?? 128)) / 1024;
  return { meters: [{ price: 'lambda.provisioned.arm', quantity: count * memory * SECONDS }] };
};
