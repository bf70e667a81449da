import { regionNames, serviceNames } from '@flaghoist/core/topology';
import { NotFoundError } from '../errors.ts';
import type { ControlPlanePorts } from '../ports.ts';

interface Place {
  readonly region: string;
  readonly service: string;
}

/** A cache that there is. @throws NotFoundError */
export const cachePlace = async (
  { region, service }: Place,
  ports: Pick<ControlPlanePorts, 'home'>,
): Promise<Place> => {
  const topology = await ports.home().topology.latest();
  const regions = regionNames(topology);
  if (!regions.includes(region)) throw new NotFoundError(`region ${region}`, `There are ${regions.join(', ')}.`);
  if (!serviceNames(topology).includes(service))
    throw new NotFoundError(`service ${service}`, 'hoist status --services lists them.');
  return { region, service };
};
