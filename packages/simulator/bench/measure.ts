import { acknowledges } from '@flaghoist/core/compare-and-set';
import type { Order } from '@flaghoist/core/order';
import type { Proposal } from '@flaghoist/core/proposal';
import type { Topology } from '@flaghoist/core/topology';
import { startEmbeddedWorld } from '../lib/embedded.ts';
import type { World } from '../lib/world.ts';
import { Hops } from './hops.ts';

/** What is measured in one process. */
export interface Shape {
  readonly topology: Topology;
  /** Flags that exist before the measurement. */
  readonly present: number;
  /** How many different flags the changes go to, in turn. */
  readonly changed: number;
  readonly changes: number;
  /** Changes that are on their way at the same time. */
  readonly inFlight: number;
  /** The folder in which the world keeps its data; nowhere unless told otherwise. */
  readonly data?: string;
}

export interface Measurement {
  readonly caches: number;
  readonly changesPerSecond: number;
  /** Milliseconds from proposal to the last cache. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of all threads, the collector's among them. */
  readonly cpuMsPerChange: number;
  /** Until the flags that exist before were in every cache. */
  readonly secondsBefore: number;
  readonly peakRssMb: number;
  readonly hops: Readonly<Record<string, number>>;
  /** How the changes ended; `verified` or, when a later change of the flag was there first, also verified by it. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Caches that did not end on the final revision of a flag that was changed. Must be 0. */
  readonly wrongCaches: number;
}

const document = (on: boolean, note: string): Record<string, unknown> => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: on ? 'on' : 'off',
  targeting: { if: [{ in: [{ var: 'country' }, ['DE', 'FR', 'ES', 'PT', 'IT', 'NL', 'BE']] }, 'on', 'off'] },
  metadata: { note },
});

const proposal = (flagKey: string, id: string, basedOn: Order | null, now: number): Proposal => ({
  flagKey,
  kind: basedOn === null ? 'created' : 'updated',
  basedOn,
  document: document((basedOn?.revision ?? 0) % 2 === 0, id),
  ...(basedOn === null ? { offVariant: 'off', audience: '*' as const, owner: 'team-platform' } : {}),
  change: { id, actor: 'bench', authentication: 'local', reason: 'benchmark', ticket: 'BENCH-1' },
  proposedAt: now,
});

/** Runs changes through a world and waits for each to reach all caches. */
class Load {
  readonly #world: World;
  readonly #caches: number;
  readonly #orders = new Map<string, Order>();
  readonly #seen = new Map<string, { caches: Set<string>; done: () => void }>();
  readonly verdicts = new Map<string, number>();
  readonly #told = new Set<string>();
  #proposed = 0;

  constructor(world: World, caches: number) {
    this.#world = world;
    this.#caches = caches;
    world.watch({
      acknowledged: ({ changeId, region, service, outcome }) => {
        const waiting = this.#seen.get(changeId);
        if (waiting === undefined || !acknowledges(outcome)) return;
        waiting.caches.add(`${region}/${service}`);
        if (waiting.caches.size === this.#caches) waiting.done();
      },
      happened: ({ id, type }) => {
        // A bus delivers some events twice.
        if (this.#told.has(id)) return;
        this.#told.add(id);
        if (/Verified|RolledBack|Held|Superseded|Unverified|Rejected|Conflicted/.test(type)) {
          this.verdicts.set(type, (this.verdicts.get(type) ?? 0) + 1);
        }
      },
    });
  }

  get flags(): ReadonlyMap<string, Order> {
    return this.#orders;
  }

  /** @returns milliseconds from the proposal until the last cache had it */
  async change(flagKey: string): Promise<number> {
    this.#proposed += 1;
    const id = `bench-${String(this.#proposed).padStart(6, '0')}`;
    const before = this.#orders.get(flagKey) ?? null;
    const startedAt = performance.now();
    const done = new Promise<void>((resolve) => this.#seen.set(id, { caches: new Set(), done: resolve }));
    await this.#world.home.author('bench').propose(proposal(flagKey, id, before, this.#world.scheduler.now()));
    await done;
    this.#seen.delete(id);
    this.#orders.set(flagKey, { epoch: 1, revision: (before?.revision ?? 0) + 1 });
    return performance.now() - startedAt;
  }

  /** So many workers, each changing its own flags one after the other. @returns the times of all changes */
  async run(flagKeys: readonly string[], changes: number, inFlight: number): Promise<number[]> {
    const times: number[] = [];
    let next = 0;
    const worker = async (first: number): Promise<void> => {
      const own = flagKeys.filter((_, index) => index % inFlight === first);
      for (let turn = 0; next < changes; turn += 1) {
        next += 1;
        times.push(await this.change(own[turn % own.length] as string));
      }
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, flagKeys.length) }, (_, first) => worker(first)));
    return times;
  }
}

const SETTLE_MS = 30_000;

/** Measures one shape, latency model off, every hop parsed. */
export const measure = async ({ topology, present, changed, changes, inFlight, data }: Shape): Promise<Measurement> => {
  const hops = new Hops();
  const world = await startEmbeddedWorld({ topology, modelled: false, data, instrument: hops.instrument });
  const caches = topology.regions.length * topology.services.length;
  const load = new Load(world, caches);
  const keys = Array.from({ length: Math.max(present, changed) }, (_, index) => `bench-flag-${index}`);
  const importedAt = performance.now();
  await load.run(keys, keys.length, Math.min(16, keys.length));

  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const times = (await load.run(keys.slice(0, changed), changes, inFlight)).sort((a, b) => a - b);
  const seconds = (performance.now() - startedAt) / 1000;

  const cpu = process.cpuUsage(cpuBefore);
  const total = keys.length + changes;
  const decided = (): number => [...load.verdicts.values()].reduce((sum, count) => sum + count, 0);
  const until = performance.now() + SETTLE_MS;
  while (decided() < total && performance.now() < until) await world.scheduler.sleep(100);
  const result: Measurement = {
    caches,
    changesPerSecond: changes / seconds,
    p50: times[Math.floor(times.length * 0.5)] ?? 0,
    p99: times[Math.min(times.length - 1, Math.floor(times.length * 0.99))] ?? 0,
    cpuMsPerChange: (cpu.user + cpu.system) / 1000 / changes,
    secondsBefore: (startedAt - importedAt) / 1000,
    hops: hops.microseconds,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    verdicts: Object.fromEntries(load.verdicts),
    wrongCaches: await wrongCaches(world, load.flags),
  };
  world.stop();
  return result;
};

const wrongCaches = async (world: World, flags: ReadonlyMap<string, Order>): Promise<number> => {
  const { services } = await world.topology.latest();
  let wrong = 0;
  for (const region of world.regions.values()) {
    for (const { name } of services) {
      const contents = await region.caches.contents(name);
      for (const [flagKey, { revision }] of flags) {
        const held = contents.reachable ? contents.flags.get(flagKey)?.held : undefined;
        if (held?.order.revision !== revision) wrong += 1;
      }
    }
  }
  return wrong;
};
