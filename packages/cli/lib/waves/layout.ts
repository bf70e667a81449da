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
 * @throws WrongUseError for what the fleet does not have
 */
export const layoutOf = (sources: string, environment: string, pilot: string | undefined): Layout => {
  const fleet = fleetBeside(sources);
  const listed = environmentNamed(fleet, environment);
  const topology = topologyOf(listed, parseTopology(readInput(join(fleet, 'topology.json'))));
  const { region: home, replicaRegion } = listed;
  const states = new Map(topology.regions.map(({ name, state }) => [name, state]));
  const regions = [home, ...regionNames(topology).filter((region) => region !== home)];
  const standby = regions.includes(replicaRegion) ? replicaRegion : undefined;
  const serving = regions.filter((region) => region !== home && states.get(region) === 'serving');
  if (pilot !== undefined && !serving.includes(pilot)) {
    throw wrongOption('--pilot', `${pilot} is no serving region beside home`, `Name one of: ${serving.join(', ')}.`);
  }
  return {
    home,
    standby,
    regions,
    draining: regions.filter((region) => states.get(region) === 'draining'),
    // The standby has a copy of what home has, so it is the last of the others to try something on.
    pilot: pilot ?? serving.find((region) => region !== standby) ?? serving[0],
  };
};
