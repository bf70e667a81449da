import type { Content, Effect } from '../../lib/content.ts';
import { foundationOf, type Layout, type Part, partName, partsOf } from '../../lib/part.ts';
import type { PartWork, Wanted } from '../../lib/part-work.ts';
import { planWaves } from '../../lib/plan-waves.ts';
import type { WavesRecord } from '../../lib/record.ts';

/** The first of the regions. */
const HOME = 'eu-test-1';

export const layoutOf = (regions: number, draining: readonly number[] = []): Layout => {
  const names = Array.from({ length: regions }, (_, index) => `eu-test-${index + 1}`);
  return {
    home: names[0] as string,
    accepting: names[0] as string,
    standby: names[1],
    regions: names,
    draining: draining.map((index) => names[index] as string),
    pilot: names[2] ?? names[1],
  };
};

/** States in memory: each part is at a version, or absent. */
export class World implements PartWork {
  readonly versions = new Map<string, number>();
  readonly #serials = new Map<string, number>();
  readonly #plans = new Map<
    string,
    { readonly part: Part; readonly to: number | undefined; readonly serial: number; readonly first: boolean }
  >();
  /** What was applied, in the order in which it ended. */
  readonly applied: string[] = [];
  /** What was begun and not ended, and the most of it at any time. */
  running = 0;
  mostRunning = 0;
  /** The version that the sources have. */
  target = 1;
  /** Parts whose next apply fails half-way. */
  readonly failing = new Set<string>();
  /** What is left to do in those that did. */
  readonly #left = new Map<string, Effect>();
  /** What a plan says beside what is usual. */
  effects: (part: Part) => Readonly<Record<string, Effect>> = () => ({});
  onApply: (part: Part) => void = () => {};
  /** Regions in which the tables have a replica, and what the next plan of them takes away. */
  replicas: readonly string[] = [];
  replicasLost: Readonly<Record<string, string[]>> = {};
  refusesToPlan: (part: Part) => boolean = () => false;

  set(part: Part, version: number): void {
    this.versions.set(partName(part), version);
    this.#serials.set(partName(part), (this.#serials.get(partName(part)) ?? 0) + 1);
  }

  isThere(part: Part): boolean {
    return this.versions.has(partName(part));
  }

  /** What failed in its creation is there, and has nothing yet that others could read. */
  isWhole(part: Part): boolean {
    return (this.versions.get(partName(part)) ?? 0) > 0;
  }

  /** A foundation that a part reads, and that is half made. */
  #unreadable({ stack, region }: Part): Part | undefined {
    const home = foundationOf(HOME);
    const all = [...this.versions.keys()].map((name) => foundationOf(name.split(' ')[1] ?? ''));
    const read = {
      'region-foundation': region === HOME ? [] : [home],
      'flags-global': all,
      'flags-region': [foundationOf(region)],
    };
    return read[stack].find((each) => this.isThere(each) && !this.isWhole(each));
  }

  async regions(): Promise<readonly string[]> {
    return [...new Set([...this.versions.keys()].map((name) => name.split(' ')[1] ?? ''))];
  }

  async mark(part: Part) {
    const serial = this.#serials.get(partName(part)) ?? null;
    return {
      lineage: serial === null ? null : partName(part),
      serial,
      resources: this.isThere(part) ? 3 : 0,
      outputs: this.isWhole(part) ? ['key_arn', 'state_version'] : ['state_version'],
      replicas: part.stack === 'flags-global' ? [...this.replicas] : [],
    };
  }

  async output(): Promise<unknown> {
    return undefined;
  }

  async plan(part: Part, { task, targets = [] }: Wanted) {
    if (this.refusesToPlan(part)) throw new Error(`${partName(part)} cannot be planned`);
    const unreadable = task === 'apply' ? this.#unreadable(part) : undefined;
    if (unreadable !== undefined)
      throw new Error(`${partName(unreadable)} has no key that ${partName(part)} could read`);
    const now = this.versions.get(partName(part));
    const to = task === 'destroy' ? undefined : this.target;
    const file = `${partName(part)} ${this.#plans.size}`;
    this.#plans.set(file, { part, to, serial: this.#serials.get(partName(part)) ?? 0, first: targets.length > 0 });
    const left = this.#left.get(partName(part));
    const usual: Effect = now === undefined ? 'create' : to === undefined ? 'delete' : 'update';
    const both =
      targets.length > 0 ? { first: usual } : left === undefined ? { first: usual, second: usual } : { second: left };
    const content: Content = {
      effects: now === to ? {} : { ...both, ...this.effects(part) },
      unfinished: [],
      superseded: [],
      inputs: {},
      replicasLost: part.stack === 'flags-global' ? this.replicasLost : {},
    };
    return { file, sha256: file, changes: now !== to, content };
  }

  async apply(part: Part, { file }: { readonly file: string }, onStep: (done: number) => void): Promise<void> {
    const plan = this.#plans.get(file);
    if (plan === undefined || partName(plan.part) !== partName(part))
      throw new Error(`${file} is no plan of ${partName(part)}`);
    if (plan.serial !== (this.#serials.get(partName(part)) ?? 0)) throw new Error(`${file} is stale`);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    this.onApply(part);
    onStep(1);
    // Others have their turn meanwhile.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    this.running -= 1;
    if (this.failing.delete(partName(part))) {
      // Half of it is there, and the state says so.
      this.#left.set(partName(part), this.isThere(part) ? 'update' : 'create');
      this.set(part, this.versions.get(partName(part)) ?? 0);
      throw new Error(`${partName(part)} failed`);
    }
    if (plan.first) {
      this.#left.set(partName(part), 'update');
      this.set(part, this.versions.get(partName(part)) ?? 0);
      this.applied.push(`${partName(part)} first`);
      return;
    }
    this.#left.delete(partName(part));
    if (plan.to === undefined) {
      this.versions.delete(partName(part));
      this.#serials.set(partName(part), plan.serial + 1);
    } else this.set(part, plan.to);
    this.applied.push(partName(part));
  }

  /** A world in which all parts are at a version. */
  static at(layout: Layout, version: number): World {
    const world = new World();
    for (const part of partsOf(layout)) world.set(part, version);
    world.target = version;
    return world;
  }
}

export const planOf = (
  work: PartWork,
  layout: Layout,
  more: Partial<Parameters<typeof planWaves>[0]> = {},
): Promise<WavesRecord> =>
  planWaves({
    work,
    layout,
    environment: 'test',
    direction: 'forward',
    allowed: { replace: [], destroy: [] },
    sources: 'digest',
    atOnce: 4,
    madeAt: '2026-11-29T12:00:00.000Z',
    onProgress: () => {},
    ...more,
  });
