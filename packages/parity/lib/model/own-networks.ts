import { memberOf } from '@flaghoist/core/json';
import { type CompletePlan, stateResources } from '@flaghoist/plan-reading/plan';

const valuesIn = (plan: CompletePlan) => [
  ...(plan.resource_changes ?? []).map(({ type, change }) => ({ type, values: change.after })),
  ...stateResources(plan, 'data'),
];

/** The zones that the subnets of a plan stand in. */
export const ownZones = (plan: CompletePlan): readonly string[] => {
  const zones = valuesIn(plan).flatMap(({ type, values }) =>
    type === 'aws_subnet' ? [memberOf(values, 'availability_zone')] : [],
  );
  return [...new Set(zones)].filter((zone) => typeof zone === 'string').sort();
};

const NETWORKS = new Set(['aws_vpc', 'aws_vpc_ipv4_cidr_block_association']);

/**
 * The ranges of the networks that a plan makes or works in. A private range that an input gives and that is none of them is
 * somebody's, such as who may sign in: it has to be the same everywhere, or be allowed.
 */
export const ownNetworks = (plan: CompletePlan): readonly string[] =>
  valuesIn(plan).flatMap(({ type, values }) => {
    const range = NETWORKS.has(type) ? memberOf(values, 'cidr_block') : undefined;
    return typeof range === 'string' ? [range] : [];
  });
