import { memberOf } from '@flaghoist/core/json';
import { assumptions } from '../../load/assumptions.ts';
import { blockOf, listOf, ofType, type Planned, textOf } from '../../plans/planned.ts';
import type { MeterOf } from '../meter.ts';
import { queueTraffic } from './functions.ts';

const SECONDS = assumptions.month.hours * 3600;
const GIGABYTE = 1e9;

/** Whether a resource is the first of its kind in its region: what is counted per region is told by it alone. */
const isFirst = (resource: Planned, resources: readonly Planned[]): boolean =>
  resources.find(({ type, region }) => type === resource.type && region === resource.region) === resource;

/** Each change is published twice in a region: by the fast path and by its own stream. */
export const topicMeter: MeterOf = (topic, { resources, load, deployment }) => {
  if (load === undefined) return { meters: [], unpriced: [`${topic.address}: how often it is published to`] };
  if (!isFirst(topic, resources)) return { meters: [] };
  const kilobytes = assumptions.envelopeKilobytes.value;
  const fromHome = deployment.home === load.region ? 0 : load.changesPerSecond * kilobytes;
  return {
    meters: [
      { price: 'sns.publishes', quantity: 2 * load.changesPerSecond * SECONDS },
      { price: 'transfer.regions', quantity: (fromHome * 1000 * SECONDS) / GIGABYTE },
    ],
  };
};

/** Messages of all queues of a region, told by the first of them. */
export const queueMeter: MeterOf = (queue, input) =>
  isFirst(queue, input.resources) && input.load !== undefined
    ? { meters: [{ price: 'sqs.requests', quantity: queueTraffic(input) }] }
    : { meters: [] };

export const busMeter: MeterOf = (bus, { resources, load }) => {
  if (load === undefined) return { meters: [], unpriced: [`${bus.address}: how many events it takes`] };
  return { meters: isFirst(bus, resources) ? [{ price: 'events.published', quantity: load.busEvents * SECONDS }] : [] };
};

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const SECONDS_OF: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

export const scheduleMeter: MeterOf = (schedule) => {
  if (textOf(schedule, 'state') === 'DISABLED') return { meters: [] };
  const [, every, unit = ''] = RATE.exec(textOf(schedule, 'schedule_expression') ?? '') ?? [];
  const seconds = Number(every) * (SECONDS_OF[unit] ?? Number.NaN);
  if (!Number.isFinite(seconds)) return { meters: [], unpriced: [`${schedule.address}: how often it runs`] };
  return { meters: [{ price: 'scheduler.runs', quantity: SECONDS / seconds }] };
};

/** Express bills memory in steps of 64 MB. */
const EXPRESS_GIGABYTES = 0.0625;

export const workflowMeter: MeterOf = (machine, { load }) => {
  const [, each] =
    Object.entries(assumptions.workflowsPerChange).find(([name]) => (textOf(machine, 'name') ?? '').includes(name)) ??
    [];
  if (load === undefined || typeof each !== 'object')
    return { meters: [], unpriced: [`${machine.address}: how often it runs`] };
  const executions = load.changesPerSecond * each.executions * SECONDS;
  if (textOf(machine, 'type') !== 'EXPRESS')
    return { meters: [{ price: 'states.transitions', quantity: executions * each.transitions }] };
  return {
    meters: [
      { price: 'states.express', quantity: executions },
      { price: 'states.express-time', quantity: executions * each.seconds * EXPRESS_GIGABYTES },
    ],
  };
};

/** What Insights scans in a region: the lines of acknowledgement of a window, for each query. */
export const logGroupMeter: MeterOf = (group, { load, resources }) => {
  const isFlowLog = ofType(resources, 'aws_flow_log').some(
    ({ plan, region }) => plan === group.plan && region === group.region,
  );
  const unpriced =
    isFlowLog && /\.flow_log\b/.test(group.address) ? [`${group.address}: how much the flow log writes`] : undefined;
  if (load === undefined || !/acknowledgements/.test(group.address))
    return { meters: [], ...(unpriced && { unpriced }) };
  const { queries, mostPerSecond, windowSeconds } = assumptions.queriesPerChange;
  const lines = load.events.get('cache-updater.apply')?.perSecond ?? 0;
  const scanned = lines * assumptions.functions['cache-updater.apply'].lineBytes * windowSeconds;
  const perSecond = Math.min(load.changesPerSecond * queries, mostPerSecond);
  return { meters: [{ price: 'logs.scanned', quantity: (scanned * perSecond * SECONDS) / GIGABYTE }] };
};

/** An alarm is billed for each metric that it looks at. */
export const alarmMeter: MeterOf = (alarm) => {
  const metrics = listOf(alarm, 'metric_query').filter(
    (query) => blockOf(query, 'metric') !== undefined || memberOf(query, 'metric') === undefined,
  );
  return { meters: [{ price: 'cloudwatch.alarm', quantity: Math.max(1, metrics.length) }] };
};
