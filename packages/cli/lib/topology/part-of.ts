import type { Deployment } from '@flaghoist/adapters/deployment';
import { InvalidInputError } from '@flaghoist/core/errors';
import { parseTopology, type Topology } from '@flaghoist/core/topology';
import { topologyOf } from '@flaghoist/fleet/environment-topology';
import { environmentNamed } from '../environment-named.ts';

/**
 * What a deployed environment has of a topology, which is that of the whole company.
 *
 * @param fleet the folder that says which regions the environment has
 * @throws InvalidInputError when that is not what is deployed: the version would name a home where nobody accepts, or a region that nobody
 *   can ever hear from
 */
export const partOf = (topology: Topology, deployment: Deployment, fleet: string): Topology => {
  const part = parseTopology(JSON.stringify(topologyOf(environmentNamed(fleet, deployment.environment), topology)));
  const missing = part.regions.filter(({ name, state }) => state !== 'draining' && !deployment.regions.includes(name));
  const places = [
    ...(part.home === deployment.home
      ? []
      : [`/home: is ${deployment.home}, and environments.json says ${part.home} of ${deployment.environment}`]),
    ...missing.map(({ name }) => `/regions: has no ${name}, which ${deployment.environment} has by the files`),
  ];
  if (places.length === 0) return part;
  throw new InvalidInputError(
    'deployment',
    places,
    'Apply the stacks of this checkout with hoist waves, and read the output of home again; or take the checkout that is deployed.',
  );
};
