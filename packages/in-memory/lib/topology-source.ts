import { UnavailableError } from '@flaghoist/core/errors';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { parseTopology, type Topology } from '@flaghoist/core/topology';
import { deepFreeze } from './deep-freeze.ts';

/** Keeps every version of the topology, frozen: readers share it. */
export class InMemoryTopologySource implements TopologySource {
  readonly #versions = new Map<number, Topology>();
  #latest: number;

  constructor(first: Topology) {
    this.#latest = first.version;
    this.publish(first);
  }

  /**
   * Makes a topology the newest one.
   *
   * @throws RangeError for a version that is not newer
   * @throws InvalidInputError for what is no topology
   */
  publish(topology: Topology): void {
    if (this.#versions.size > 0 && topology.version <= this.#latest) {
      throw new RangeError(`topology ${topology.version} is not newer than ${this.#latest}`);
    }
    this.#versions.set(topology.version, deepFreeze(parseTopology(JSON.stringify(topology))));
    this.#latest = topology.version;
  }

  latest(): Promise<Topology> {
    return this.at(this.#latest);
  }

  async at(version: number): Promise<Topology> {
    const topology = this.#versions.get(version);
    if (topology === undefined) {
      throw new UnavailableError(`topology version ${version}`, 'It may not have reached this region yet: try again.');
    }
    return topology;
  }
}
