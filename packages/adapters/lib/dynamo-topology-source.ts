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
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { Topology } from '@flaghoist/core/topology';
import { queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { transact, type Waiting, writeItem } from './dynamo-write.ts';

/**
 * The versions of `topology.json` as items of `flags`, one each, never changed: the global table takes them to every
 * region the way it takes the envelopes that name them, and a home that moves finds them where it is.
 */
export class DynamoTopologySource implements TopologyStore {
  readonly #access: TableAccess;
  readonly #waiting: Waiting | undefined;
  /** A version never changes, so it is parsed once. Two: the newest, and that of the changes still in flight. */
  readonly #parsed = new Map<number, Topology>();

  /** @param waiting between attempts of a publication that meets an acceptance. Left out: there is one */
  constructor(access: TableAccess, waiting?: Waiting) {
    this.#access = access;
    this.#waiting = waiting;
  }

  /** @throws UnavailableError when this region knows no version */
  async latest(): Promise<Topology> {
    const newest = await this.newest();
    if (newest === undefined) throw unknown('topology');
    return newest;
  }

  async newest(): Promise<Topology | undefined> {
    const find = async (count: number): Promise<FoundItem[]> => {
      const items: FoundItem[] = [];
      for await (const item of queryItems(this.#access, newestTopologies(count))) items.push(item);
      return items;
    };
    return newestTopologyIn(find, (item) => this.#parse(item));
  }

  async drawn(): Promise<readonly number[]> {
    return Promise.all(drawnKeys.map(async (key) => drawnIn(await readItem(this.#access, key))));
  }

  async publish(topology: Topology, publication: Publication, drawn?: readonly number[]): Promise<WriteResult> {
    const what = `topology ${topology.version}`;
    if (drawn === undefined) return (await writeItem(what, topologyWrite(topology, publication), this.#access)).result;
    const { client, table } = this.#access;
    const context = { client, tables: { flags: table }, ...this.#waiting };
    return transact(what, drawersWrites(topology, publication, drawn), context);
  }

  async at(version: number): Promise<Topology> {
    const known = this.#parsed.get(version);
    if (known !== undefined) return known;
    const item = await readItem(this.#access, { pk: TOPOLOGY_PK, sk: topologySk(version) });
    if (item === undefined) throw unknown(`version ${version} of the topology`);
    return this.#parse(item);
  }

  async publication(version: number): Promise<Publication> {
    const item = await readItem(this.#access, { pk: TOPOLOGY_PK, sk: topologySk(version) });
    if (item === undefined) throw unknown(`version ${version} of the topology`);
    return publicationOf(item);
  }

  #parse(item: FoundItem): Topology {
    const version = topologyVersionOf(item);
    const known = this.#parsed.get(version);
    if (known !== undefined) return known;
    const topology = topologyOf(item);
    for (const oldest of [...this.#parsed.keys()].slice(0, Math.max(0, this.#parsed.size - 1))) {
      this.#parsed.delete(oldest);
    }
    this.#parsed.set(topology.version, topology);
    return topology;
  }
}

const unknown = (what: string): UnavailableError =>
  new UnavailableError(
    what,
    'This region does not know it, or not yet: publish it in the home region and wait for replication.',
  );
