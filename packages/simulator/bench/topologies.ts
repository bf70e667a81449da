import type { Topology } from '@flaghoist/core/topology';

/** The first so many regions and services of a topology, home and standby among them. */
export const slice = (topology: Topology, regions: number, services: number): Topology => {
  const { home, standby, ...rest } = topology;
  const rank = (name: string): number => [home, standby].indexOf(name);
  const first = topology.regions.toSorted((a, b) => placeOf(rank(a.name)) - placeOf(rank(b.name))).slice(0, regions);
  const keepsStandby = first.some(({ name }) => name === standby);
  return {
    ...rest,
    home,
    ...(keepsStandby && standby !== undefined ? { standby } : {}),
    regions: first,
    services: topology.services.slice(0, services),
  };
};

/** Those that are neither come last. */
const placeOf = (rank: number): number => (rank < 0 ? 2 : rank);
