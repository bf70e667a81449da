import type { Service, Topology } from '@flaghoist/core/topology';

type Region = Topology['regions'][number];

interface Sketch {
  readonly version?: number;
  readonly home: string;
  /** By name those that serve; home alone unless told otherwise. */
  readonly regions?: readonly (string | Region)[];
  /** By name those of the first cell. */
  readonly services: readonly (string | (Partial<Service> & { readonly name: string }))[];
}

/** A small topology: what the sketch leaves out serves, in cell-1, and belongs to team-core. */
export const topologyOf = ({ version = 1, home, regions = [home], services }: Sketch): Topology => ({
  version,
  home,
  regions: regions.map((region) => (typeof region === 'string' ? { name: region, state: 'serving' } : region)),
  services: services.map((service) => ({
    cell: 'cell-1',
    owner: 'team-core',
    state: 'serving',
    ...(typeof service === 'string' ? { name: service } : service),
  })),
});
