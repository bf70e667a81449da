import { UnavailableError } from '@flaghoist/core/errors';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';

/** The cell of each service. A service never changes its cell, so what was once read stays true. */
export class ServiceCells {
  readonly #topologies: TopologySource;
  readonly #cells = new Map<string, string>();

  constructor(topologies: TopologySource) {
    this.#topologies = topologies;
  }

  /** @throws UnavailableError for a service that the newest topology does not name (yet) */
  readonly cellOf = async (service: string): Promise<string> => {
    const known = this.#cells.get(service);
    if (known !== undefined) return known;
    const { services, version } = await this.#topologies.latest();
    for (const { name, cell } of services) this.#cells.set(name, cell);
    const found = this.#cells.get(service);
    if (found === undefined) {
      throw new UnavailableError(
        `cell of service ${service}`,
        `Version ${version} of the topology does not name it; add it there before its queue and cache are used.`,
      );
    }
    return found;
  };
}
