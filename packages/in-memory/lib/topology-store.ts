import { UnavailableError } from '@flaghoist/core/errors';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { Publication, TopologyStore } from '@flaghoist/core/ports/topology-source';
import { drawersWrites, drawnIn, drawnKeys } from '@flaghoist/core/storage/drawn-items';
import {
  newestTopologyIn,
  publicationOf,
  topologyOf,
  topologyVersionOf,
  topologyWrite,
} from '@flaghoist/core/storage/flag-items';
import { TOPOLOGY_PK, topologySk } from '@flaghoist/core/storage/keys';
import { newestTopologies } from '@flaghoist/core/storage/queries';
import type { Item } from '@flaghoist/core/storage/write';
import type { Topology } from '@flaghoist/core/topology';
import { deepFreeze } from './deep-freeze.ts';
import type { Table } from './table.ts';
import { transactCommit } from './transact-write.ts';

/** The versions of the topology in one region's replica of `flags`. What is read is frozen: readers share it. */
export class InMemoryTopologyStore implements TopologyStore {
  readonly #flags: Table;
  readonly #parsed = new Map<number, Topology>();

  constructor(flags: Table) {
    this.#flags = flags;
  }

  async newest(): Promise<Topology | undefined> {
    const find = async (count: number) => this.#flags.query(newestTopologies(count));
    return newestTopologyIn(find, (item) => this.#parse(item));
  }

  async latest(): Promise<Topology> {
    const newest = await this.newest();
    if (newest === undefined) throw this.#unknown('the topology');
    return newest;
  }

  async at(version: number): Promise<Topology> {
    const item = this.#flags.get(TOPOLOGY_PK, topologySk(version));
    if (item === undefined) throw this.#unknown(`topology version ${version}`);
    return this.#parse(item);
  }

  async drawn(): Promise<readonly number[]> {
    return drawnKeys.map(({ pk, sk }) => drawnIn(this.#flags.get(pk, sk)));
  }

  async publish(topology: Topology, publication: Publication, drawn?: readonly number[]): Promise<WriteResult> {
    if (drawn === undefined)
      return (await this.#flags.commit(topologyWrite(topology, publication))) ? 'written' : 'moved';
    const failed = await transactCommit(drawersWrites(topology, publication, drawn), { flags: this.#flags });
    return failed.length === 0 ? 'written' : 'moved';
  }

  async publication(version: number): Promise<Publication> {
    const item = this.#flags.get(TOPOLOGY_PK, topologySk(version));
    if (item === undefined) throw this.#unknown(`topology version ${version}`);
    return publicationOf(item);
  }

  #parse(item: Item): Topology {
    const version = topologyVersionOf(item);
    const topology = this.#parsed.get(version) ?? deepFreeze(topologyOf(item));
    this.#parsed.set(version, topology);
    return topology;
  }

  #unknown(what: string): UnavailableError {
    return new UnavailableError(
      `${what} in ${this.#flags.region}`,
      'It may not have reached this region yet: try again.',
    );
  }
}
