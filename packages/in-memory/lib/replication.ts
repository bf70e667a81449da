import { type LatencyModel, noLatency } from './latency.ts';
import { Network } from './network.ts';
import type { Entry } from './partition.ts';
import type { Scheduler } from './scheduler.ts';
import type { Table } from './table.ts';

interface Options {
  readonly scheduler: Scheduler;
  readonly latency?: LatencyModel;
  /** The network of the world; a region that is cut off there does not replicate either. */
  readonly network?: Network;
}

/** The way from one replica to another: the items that were written and have not arrived. */
interface Link {
  readonly from: Table;
  readonly to: Table;
  readonly underway: Set<Entry>;
  open: boolean;
}

/**
 * A DynamoDB global table (multi-Region, eventually consistent): every write of a replica reaches the others some time
 * later, the last writer wins per item, by time and then by region. Each item travels on its own, so items overtake each
 * other and transactions come apart; what is written to an item while it is underway arrives with it as one write.
 * A region that is cut off loses nothing: what was underway arrives once it is back.
 */
export class Replication {
  readonly #scheduler: Scheduler;
  readonly #latency: LatencyModel;
  readonly #networks: readonly Network[];
  readonly #own = new Network();
  readonly #replicas = new Map<string, Table>();
  readonly #links = new Map<Table, Link[]>();

  constructor({ scheduler, latency = noLatency, network = new Network() }: Options) {
    this.#scheduler = scheduler;
    this.#latency = latency;
    this.#networks = [this.#own, network];
  }

  /** How many items are underway or held back by a cut, over all links. */
  get underway(): number {
    let sum = 0;
    for (const links of this.#links.values()) for (const link of links) sum += link.underway.size;
    return sum;
  }

  /**
   * Adds a region's replica and sends it everything that the others hold.
   *
   * @param isInStep it was rebuilt from what they hold: nothing is sent
   */
  add(table: Table, { isInStep = false }: { readonly isInStep?: boolean } = {}): void {
    if (this.#replicas.has(table.region)) throw new Error(`there is a replica in ${table.region} already`);
    const others = [...this.#replicas.values()];
    this.#replicas.set(table.region, table);
    this.#links.set(table, []);
    table.onWrite((entry) => this.#spread(table, entry));
    for (const other of others) {
      this.#links.get(table)?.push({ from: table, to: other, underway: new Set(), open: true });
      this.#links.get(other)?.push({ from: other, to: table, underway: new Set(), open: true });
    }
    if (isInStep) return;
    // What the new replica holds already counts like any write: it may be newer.
    for (const entry of table.allEntries()) this.#spread(table, entry);
    for (const other of others) this.#backfill(other, table);
  }

  /** Takes a region's replica out: it keeps what it holds, and hears and tells nothing more. */
  remove(region: string): void {
    const table = this.#replicas.get(region);
    if (table === undefined) return;
    this.#replicas.delete(region);
    for (const [from, links] of this.#links) {
      for (const link of links) if (from === table || link.to === table) link.open = false;
      this.#links.set(
        from,
        links.filter(({ open }) => open),
      );
    }
  }

  /** Sends an entry of a replica to all others once more. */
  sendAgain(table: Table, entry: Entry): void {
    this.#spread(table, entry);
  }

  /** Stops replication from and to a region, until `restore`. */
  cut(region: string): void {
    this.#own.cut(region);
  }

  restore(region: string): void {
    this.#own.restore(region);
  }

  /** A new replica gets each item from the region that wrote it last; items of a region that is gone come from all. */
  #backfill(from: Table, to: Table): void {
    const link = this.#links.get(from)?.find((candidate) => candidate.to === to);
    if (link === undefined) return;
    for (const entry of from.allEntries()) {
      if (entry.region === from.region || !this.#replicas.has(entry.region)) this.#send(link, entry);
    }
  }

  #spread(table: Table, entry: Entry): void {
    for (const link of this.#links.get(table) ?? []) this.#send(link, entry);
  }

  #send(link: Link, entry: Entry): void {
    if (link.underway.has(entry)) return;
    link.underway.add(entry);
    this.#depart(link, entry);
  }

  #depart(link: Link, entry: Entry): void {
    this.#scheduler.schedule(this.#latency.sample('replication'), () => this.#arrive(link, entry));
  }

  #arrive(link: Link, entry: Entry): void {
    if (!link.open) return;
    const { from, to } = link;
    const barrier = this.#networks.find((network) => !network.connects(from.region, to.region));
    if (barrier !== undefined) {
      barrier.whenConnected(from.region, to.region, () => this.#depart(link, entry));
      return;
    }
    link.underway.delete(entry);
    to.applyReplicated(entry);
  }
}
