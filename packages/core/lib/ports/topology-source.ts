import type { Topology } from '../topology.ts';

/** The versions of `topology.json`. */
export interface TopologySource {
  latest(): Promise<Topology>;
  /** @throws UnavailableError when this region does not know the version (yet) */
  at(version: number): Promise<Topology>;
}
