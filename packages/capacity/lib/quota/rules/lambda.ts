import { isObject, memberOf } from '@flaghoist/core/json';
import { assumptions } from '../../load/assumptions.ts';
import { functionNameOf, readsStream } from '../../load/deployment.ts';
import {
  blockOf,
  isUnknown,
  listOf,
  numberOf,
  ofType,
  type Planned,
  placeOf,
  textOf,
  valueIn,
} from '../../plans/planned.ts';
import { byRegion, counted, fullest, type Reading, type Rule } from '../reading.ts';

/** Environments that a queue's pollers call for at once, as long as nothing limits them. */
const pollersOf = (source: Planned): number => {
  const most = memberOf(blockOf(source.values, 'scaling_config'), 'maximum_concurrency');
  return typeof most === 'number' ? most : assumptions.queues.pollers;
};

/**
 * What functions may take of a region's environments at one time: reserved ones, and for each function without a reservation
 * what its queues' pollers and streams' lanes call for, or what its load needs where that is more.
 */
const concurrency: Rule = ({ resources, loads }) => {
  const sources = Map.groupBy(ofType(resources, 'aws_lambda_event_source_mapping'), placeOf);
  return [...byRegion(ofType(resources, 'aws_lambda_function'))].map(([region, functions]): Reading => {
    const load = region === undefined ? undefined : loads.get(region);
    let used = 0;
    const unknown: string[] = [];
    for (const each of functions) {
      const reserved = numberOf(each, 'reserved_concurrent_executions');
      if (reserved === undefined && isUnknown(each, 'reserved_concurrent_executions')) unknown.push(each.address);
      if (reserved !== undefined && reserved >= 0) {
        used += reserved;
        continue;
      }
      const called = (sources.get(placeOf(each)) ?? []).reduce(
        (sum, source) =>
          sum + (readsStream(source) ? (numberOf(source, 'parallelization_factor') ?? 1) : pollersOf(source)),
        0,
      );
      const name = functionNameOf(each);
      const perSecond = name === undefined ? 0 : (load?.invocations.get(name) ?? 0);
      const milliseconds = name === undefined ? 0 : assumptions.functions[name].milliseconds;
      used += Math.max(called, Math.ceil((perSecond * milliseconds) / 1000), 1);
    }
    return {
      quota: 'lambda.concurrency',
      region,
      used,
      atLeast: unknown.length === 0 ? undefined : `reservations of ${unknown.join(', ')}`,
    };
  });
};

/** An interface for each pair of subnet and set of security groups; where neither is known yet, for each function and zone. */
const interfaces: Rule = ({ resources }) => {
  const placed = ofType(resources, 'aws_lambda_function').filter((each) => listOf(each, 'vpc_config').length > 0);
  return [...byRegion(placed)].map(([region, functions]): Reading => {
    const known = new Set<string>();
    let unknown = 0;
    for (const each of functions) {
      const config = blockOf(each.values, 'vpc_config');
      const subnets = memberOf(config, 'subnet_ids');
      const groups = memberOf(config, 'security_group_ids');
      if (isUnknown(each, 'vpc_config') || !Array.isArray(subnets) || !Array.isArray(groups)) unknown += 1;
      else for (const subnet of subnets) known.add(JSON.stringify([subnet, [...groups].sort()]));
    }
    return {
      quota: 'lambda.network-interfaces',
      region,
      used: known.size + unknown * ZONES,
      atMost:
        unknown === 0
          ? undefined
          : `subnets of ${unknown} functions: counted as one interface for each of them in ${ZONES} zones`,
    };
  });
};

const ZONES = 3;

const environmentSize = (resource: Planned): { used: number; atLeast?: string | undefined } => {
  const variables = memberOf(blockOf(resource.values, 'environment'), 'variables');
  const entries = isObject(variables) ? Object.entries(variables) : [];
  const used = Buffer.byteLength(JSON.stringify(Object.fromEntries(entries.filter(([, value]) => value !== null))));
  return {
    used: entries.length === 0 ? 0 : used,
    atLeast: isUnknown(resource, 'environment') ? 'values of variables' : undefined,
  };
};

const filters = (source: Planned): { used: number } => {
  const filter = memberOf(blockOf(source.values, 'filter_criteria'), 'filter');
  return { used: Array.isArray(filter) ? filter.length : 0 };
};

/** What a permission adds to the policy of its function: a statement of some 300 bytes around its texts. */
const STATEMENT = 300;

const policies: Rule = ({ resources }) =>
  [...byRegion(ofType(resources, 'aws_lambda_permission'))].flatMap(([region, permissions]) =>
    [...Map.groupBy(permissions, (each) => textOf(each, 'function_name') ?? placeOf(each))].map(([name, here]) => ({
      quota: 'lambda.policy',
      region,
      of: name,
      used: here.reduce((sum, each) => sum + STATEMENT + String(valueIn(each, 'source_arn') ?? '').length, 0),
    })),
  );

export const lambdaRules: readonly Rule[] = [
  concurrency,
  interfaces,
  policies,
  counted('lambda.event-sources', 'aws_lambda_event_source_mapping'),
  fullest('lambda.environment', 'aws_lambda_function', environmentSize),
  fullest('lambda.filters', 'aws_lambda_event_source_mapping', filters),
];
