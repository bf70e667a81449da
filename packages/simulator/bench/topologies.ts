import type { Topology } from '@flaghoist/core/topology';

/** The first so many regions and services of a topology, the home region among them. */
export const slice = (topology: Topology, regions: number, services: number): Topology => ({
  ...topology,
  regions: [...topology.regions]
    .sort((a, b) => Number(b.name === topology.home) - Number(a.name === topology.home))
    .slice(0, regions),
  services: topology.services.slice(0, services),
});
