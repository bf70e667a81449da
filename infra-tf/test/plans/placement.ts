import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import type { EnvironmentPlan, StackPlan } from './read-plans.ts';
import { valueAt } from './read-plans.ts';

const foundationFile = join(__dirname, '../../lib/stacks/flags-region/test/offline/foundation-outputs.json');

/** Those that a region's own stack was planned with. */
const PRIVATE_SUBNETS = parseJson(
  z.looseObject({ private_subnet_ids: z.array(z.string()) }),
  readFileSync(foundationFile, 'utf8'),
  { what: foundationFile, hint: 'It has private_subnet_ids.' },
).private_subnet_ids;

/** Where a type says in which subnets it stands, and which tier that must be. Ids are unknown in a plan, references are not. */
const PLACES: Readonly<Record<string, { readonly at: string; readonly tier: string }>> = {
  aws_db_subnet_group: { at: 'subnet_ids', tier: 'data' },
  aws_ecs_service: { at: 'network_configuration.0.subnets', tier: 'private' },
  aws_lb: { at: 'subnets', tier: 'public' },
};

const refersTo = (expression: unknown, name: string): boolean => {
  const references = valueAt(expression, 'references');
  return Array.isArray(references) && references.includes(name);
};

/**
 * Everything that is not in the subnets of its tier: a load balancer outside the public ones, a task outside the private
 * ones, a database outside the data ones; and every other module that is given public or data subnets.
 */
export const misplaced = ({ calls }: EnvironmentPlan): string[] => {
  const placed = new Set<string>();
  const wrong = Object.entries(calls).flatMap(([name, { expressions, module }]) => {
    const tiers = new Set<string>();
    const resources = module.resources.flatMap(({ address, type, expressions: own }) => {
      const place = PLACES[type];
      if (place === undefined) return [];
      placed.add(type);
      tiers.add(place.tier);
      const input = `${place.tier}_subnet_ids`;
      return refersTo(valueAt(own, place.at), `var.${input}`) &&
        refersTo(valueAt(expressions, input), `module.network.${input}`)
        ? []
        : [`module.${name}.${address}: is not in the ${place.tier} subnets`];
    });
    const guests = ['public', 'data'].filter(
      (tier) =>
        !tiers.has(tier) &&
        Object.values(expressions).some((each) => refersTo(each, `module.network.${tier}_subnet_ids`)),
    );
    return [...resources, ...guests.map((tier) => `module.${name}: what has it to do in the ${tier} subnets?`)];
  });
  return [...wrong, ...Object.keys(PLACES).flatMap((type) => (placed.has(type) ? [] : [`${type}: is nowhere`]))];
};

/** Where functions and the index of a region's own stack stand; the foundation's outputs say which subnets are private. */
const IN_PRIVATE: Readonly<Record<string, string>> = {
  aws_lambda_function: 'vpc_config.0.subnet_ids',
  aws_opensearch_domain: 'vpc_options.0.subnet_ids',
};

/**
 * Every function and index that stands in another subnet than the foundation's private ones, and the caches of the foundation
 * where they are not in its data subnets.
 */
export const outsideOfItsTier = ({ calls, resources, stack }: StackPlan): string[] => {
  const inPrivate = resources.flatMap(({ address, type, values }) => {
    const at = IN_PRIVATE[type];
    if (at === undefined) return [];
    const subnets = valueAt(values, at);
    const isPrivate = Array.isArray(subnets) && subnets.every((each) => PRIVATE_SUBNETS.includes(String(each)));
    return isPrivate ? [] : [`${address}: is not in the private subnets`];
  });
  const caches = stack === 'region-foundation' ? [calls['cache']] : [];
  return [
    ...inPrivate,
    ...caches.flatMap((call) =>
      refersTo(valueAt(call?.expressions, 'subnet_ids'), 'module.network.data_subnet_ids')
        ? []
        : ['module.cache: is not in the data subnets'],
    ),
  ];
};

const isDoorOfTheLoadBalancer = (
  { caller_cidrs: named, open_to_internet: isOpen, internet_cidr: internet }: EnvironmentPlan['inputs'],
  address: string,
  values: Readonly<Record<string, unknown>>,
): boolean =>
  address.startsWith('module.load_balancer.') &&
  (isOpen === true ? [internet] : [named].flat()).includes(values['cidr_ipv4']) &&
  (values['cidr_ipv6'] ?? null) === null &&
  [80, 443].includes(Number(values['from_port'])) &&
  values['from_port'] === values['to_port'];

const hasRange = (values: Readonly<Record<string, unknown>>): boolean =>
  (values['cidr_ipv4'] ?? null) !== null || (values['cidr_ipv6'] ?? null) !== null;

/**
 * Every rule that names addresses instead of a group or a prefix list, but for the load balancer's doors to its callers; and every
 * group that has rules written into it.
 */
export const openDoors = ({ inputs, resources }: EnvironmentPlan): string[] =>
  resources
    .filter(({ type, address, values }) => {
      if (type === 'aws_security_group' || type === 'aws_default_security_group') {
        return [values['ingress'], values['egress']].some((rules) => Array.isArray(rules) && rules.length > 0);
      }
      if (type === 'aws_vpc_security_group_egress_rule') return hasRange(values);
      if (type !== 'aws_vpc_security_group_ingress_rule' || !hasRange(values)) return false;
      return !isDoorOfTheLoadBalancer(inputs, address, values);
    })
    .map(({ address }) => address);
