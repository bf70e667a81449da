import type { Topology } from '@flaghoist/core/topology';
import type { Environment } from './environments.ts';

/**
 * The topology of one environment: its own regions, home and standby, and all services, which are the same everywhere. The
 * Terraform module flag-topology says the same.
 *
 * @param topology `topology.json`, of which every environment has its part
 */
export const topologyOf = (environment: Environment, topology: Topology): Topology => ({
  ...topology,
  home: environment.region,
  standby: environment.replicaRegion,
  regions: topology.regions.filter(({ name }) => environment.regions?.includes(name) ?? true),
});
