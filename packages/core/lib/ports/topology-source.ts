import type { Topology } from '../topology.ts';
import type { WriteResult } from './change-store.ts';

/** The versions of `topology.json`, as one region's replica has them. */
export interface TopologySource {
  /** @throws UnavailableError when this region knows no version (yet) */
  latest(): Promise<Topology>;
  /** @throws UnavailableError when this region does not know the version (yet) */
  at(version: number): Promise<Topology>;
}

/** Who publishes a version, when, and after which one. */
export interface Publication {
  /** The version that it was made from; 0 for the first of all. */
  readonly follows: number;
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** For who publishes versions: the home region's. */
export interface TopologyStore extends TopologySource {
  /** The newest version, if there is any. */
  newest(): Promise<Topology | undefined>;
  /** How many changes of flags that draw were accepted, counter by counter: read before flags are looked through. */
  drawn(): Promise<readonly number[]>;
  /**
   * Puts a version where there is none of its number: a version never changes. `moved`: there is one, or a flag that draws
   * was accepted since `drawn` was read.
   *
   * @param drawn for a version under which more services draw otherwise than the agents: no flag that draws is accepted under
   *   an older one from then on
   */
  publish(topology: Topology, publication: Publication, drawn?: readonly number[]): Promise<WriteResult>;
  /** Who published a version. @throws UnavailableError when this region does not know the version (yet) */
  publication(version: number): Promise<Publication>;
}
