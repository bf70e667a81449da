import type { Approval } from '@flaghoist/core/approval';
import { digestOf } from '@flaghoist/core/canonical-json';
import { isRetryable } from '@flaghoist/core/errors';
import { EVALUATOR_FLAG, evaluatorOf, evaluatorText, sameEvaluator } from '@flaghoist/core/evaluator';
import { firstNames } from '@flaghoist/core/first-names';
import { isLocal, principalOf, principalText } from '@flaghoist/core/principal';
import { servicesByCell, type Topology } from '@flaghoist/core/topology';
import type { MembershipPorts } from './ports.ts';

/** What a place names of many: enough to begin with. */
const SHOWN = 5;

/** What somebody says yes to who approves an evaluator that draws otherwise: this version of the topology, and nothing else. */
export const evaluatorApproval = (topology: Topology): Approval => ({
  flagKey: EVALUATOR_FLAG,
  proposalDigest: digestOf(topology),
  basedOn: null,
  rulesVersion: 1,
});

type Ports = Pick<MembershipPorts, 'directory' | 'region' | 'approvals' | 'log'>;

/**
 * What speaks against the evaluator of a topology: agents that do not carry it, and where it puts callers into other buckets, that
 * nobody but its publisher has said yes.
 *
 * @returns nothing where it is the one of the topology before
 */
export const evaluatorProblems = async (
  before: Topology,
  topology: Topology,
  { actor, ports }: { readonly actor: string; readonly ports: Ports },
): Promise<readonly string[]> => {
  const [was, wanted] = [evaluatorOf(before), evaluatorOf(topology)];
  if (sameEvaluator(was, wanted)) return [];
  const problems = await lackingPlaces(topology, ports);
  if (was.bucketing === wanted.bucketing || (await isApproved(topology, actor, ports))) return problems;
  return [
    ...problems,
    `evaluator ${evaluatorText(wanted)} puts callers into other buckets than ${evaluatorText(was)}, and nobody else has approved it: let another one who may publish a topology run hoist topology approve with this file`,
  ];
};

const lackingPlaces = async (topology: Topology, ports: Ports): Promise<readonly string[]> => {
  const regions = topology.regions.filter(({ state }) => state !== 'draining').map(({ name }) => name);
  return (await Promise.all(regions.map((region) => lackingIn(region, topology, ports)))).flat();
};

const lackingIn = async (region: string, topology: Topology, ports: Ports): Promise<readonly string[]> => {
  const evaluator = evaluatorOf(topology);
  const places: string[] = [];
  try {
    for (const cell of servicesByCell(topology).keys()) {
      const { instances, silent } = await ports.region(region).lacking(cell, evaluator);
      for (const [service, those] of Map.groupBy(instances, (each) => each.service)) {
        const names = those.map(({ instance }) => instance);
        places.push(
          `agents of ${service} in ${region} do not carry evaluator ${evaluatorText(evaluator)}: ${firstNames(names, SHOWN)}`,
        );
      }
      if (silent.length > 0)
        places.push(`caches in ${region} do not say which agents are there: ${firstNames(silent, SHOWN)}`);
    }
    return places;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    ports.log.warn('region does not answer', { region, error });
    return [...places, `${region} does not answer which agents are there`];
  }
};

/** On a machine of one's own everybody who can start the world may do everything in it. */
const isOwnMachine = (actor: string): boolean => {
  const principal = principalOf(actor);
  return principal !== undefined && isLocal(principal);
};

const isApproved = async (topology: Topology, actor: string, { directory, approvals }: Ports): Promise<boolean> => {
  if (isOwnMachine(actor)) return true;
  const { proposalDigest, flagKey } = evaluatorApproval(topology);
  for (const person of directory.people) {
    if (!person.active || person.actor === actor || !person.scopes?.includes('publish-topology')) continue;
    for (const own of person.principals) {
      const found = await approvals.found({ principal: principalText(own), proposalDigest });
      if (found?.approval.flagKey === flagKey) return true;
    }
  }
  return false;
};
