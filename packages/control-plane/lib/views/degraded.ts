import { regionNames, type Topology } from '@flaghoist/core/topology';
import type { HomePorts } from '../ports.ts';

export interface DegradedRedis {
  readonly region: string;
  readonly redis: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly services: string[];
}

/** Every Redis that refuses writes, as home has heard. */
export const degradedOf = async (
  topology: Topology,
  { changes }: Pick<HomePorts, 'changes'>,
): Promise<readonly DegradedRedis[]> => {
  const found = await Promise.all(regionNames(topology).map((region) => changes.redisesOf(region)));
  return found
    .flat()
    .flatMap(({ region, redis, degradedSince, endedSince, services }) =>
      degradedSince !== null && (endedSince === null || endedSince < degradedSince)
        ? [{ region, redis, since: degradedSince, services: [...services] }]
        : [],
    );
};
