import { UnavailableError } from '@flaghoist/core/errors';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { parseTopology, type Topology } from '@flaghoist/core/topology';

/** Keeps every version of the topology, as JSON text: each reader gets a topology of its own. */
export class InMemoryTopologySource implements TopologySource {
  readonly #versions = new Map<number, string>();
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
    const text = JSON.stringify(topology);
    parseTopology(text);
    this.#versions.set(topology.version, text);
    this.#latest = topology.version;
  }

  latest(): Promise<Topology> {
    return this.at(this.#latest);
  }

  async at(version: number): Promise<Topology> {
    const text = this.#versions.get(version);
    if (text === undefined) {
      throw new UnavailableError(`topology version ${version}`, 'It may not have reached this region yet: try again.');
    }
    return parseTopology(text);
  }
}
