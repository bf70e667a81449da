import { join } from 'node:path';
import { parseTopology, regionNames } from '@flaghoist/core/topology';
import { topologyOf } from '@flaghoist/fleet/environment-topology';
import { fleetBeside } from '@flaghoist/fleet/environments';
import type { Layout } from '@flaghoist/waves/part';
import { environmentNamed } from '../environment-named.ts';
import { readInput } from '../read-input.ts';
import { wrongOption } from '../wrong-use.ts';

/**
 * Where an environment's flags are: home is its region, the standby where its copies are; without a list of its own it has all regions
 * of the topology.
 *
 * @param sources the folder `infra-tf/lib`
 * @param accepting where the world says that changes are accepted; nobody has asked it yet if left out
 * @throws WrongUseError for what the fleet does not have
 */
export const layoutOf = (
  sources: string,
  environment: string,
  { pilot, accepting: accepts }: { readonly pilot?: string | undefined; readonly accepting?: string | undefined },
): Layout => {
  const fleet = fleetBeside(sources);
  const listed = environmentNamed(fleet, environment);
  const topology = topologyOf(listed, parseTopology(readInput(join(fleet, 'topology.json'))));
  const { region: home, replicaRegion } = listed;
  const states = new Map(topology.regions.map(({ name, state }) => [name, state]));
  const regions = [home, ...regionNames(topology).filter((region) => region !== home)];
  const standby = regions.includes(replicaRegion) ? replicaRegion : undefined;
  const accepting = accepts ?? home;
  const serving = regions.filter((region) => region !== accepting && states.get(region) === 'serving');
  if (pilot !== undefined && !serving.includes(pilot) && !(accepts === undefined && pilot === home)) {
    throw wrongOption(
      '--pilot',
      `${pilot} is no serving region beside ${accepting}, where changes are accepted`,
      `Name one of: ${serving.join(', ')}.`,
    );
  }
  return {
    home,
    standby,
    accepting,
    regions,
    draining: regions.filter((region) => states.get(region) === 'draining'),
    // Home and standby have what accepts changes, so the one that is idle is the last of the others to try something on.
    pilot: pilot ?? serving.find((region) => region !== standby && region !== home) ?? serving[0],
  };
};
