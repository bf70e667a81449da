import { CANARY_FLAG } from '@flaghoist/core/canary';
import { isNewer } from '@flaghoist/core/order';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { servingRegions } from '@flaghoist/core/topology';
import { type CanaryStatus, type Detection, notFound, type Undetected } from './status.ts';
import { type CanaryPorts, isDetection, type StepEnd, stepCanary } from './step.ts';

export interface WorldOfCanary extends Omit<CanaryPorts, 'clock'> {
  readonly topology: Pick<TopologySource, 'latest'>;
}

interface Options {
  /** Home may move: asked for anew at each change. */
  readonly world: () => WorldOfCanary;
  readonly clock: CanaryPorts['clock'];
  readonly log: Logger;
}

export const CANARY_EVERY_MS = 60_000;
/** Of so many changes one is planted wrong. */
const PLANTED_EVERY = 10;
/** A fault is planted only over a revision that was verified so lately that it is there to go back to. */
const FRESH_MS = 3_600_000;
/** So many changes in a row that nothing was wrong with and that were not verified: then no fault can be planted either. */
const UNVERIFIED_IN_A_ROW = 3;
/** Rounds through all regions without a single detection. */
const SILENT_ROUNDS = 2;
const EVERYWHERE = '*';
/** Of its history, read at the start. */
const REMEMBERED = 400;

/** Changes the canary flag every minute, every tenth time wrong in one region after the other, and remembers what came of it. */
export class Canary {
  readonly #options: Options;
  readonly #detections = new Map<string, Detection>();
  readonly #undetected = new Map<string, Undetected>();
  #last: CanaryStatus['last'] = null;
  #sincePlanted = 0;
  #lastPlanted: string | undefined;
  #verifiedAt = Number.NEGATIVE_INFINITY;
  #unverified = 0;
  /** Changes since the last detection: a machine that slept has not been silent. */
  #sinceDetected = 0;
  #regions = 1;
  #stopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get status(): CanaryStatus {
    const newestFirst = (a: { readonly at: number }, b: { readonly at: number }): number => b.at - a.at;
    return {
      detections: [...this.#detections.values()].toSorted(newestFirst),
      undetected: [...this.#undetected.values()].toSorted(newestFirst),
      last: this.#last,
    };
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Goes on until it is stopped. */
  async run(): Promise<void> {
    const { clock, log } = this.#options;
    await this.#remember().catch((error: unknown) => log.warn('canary has no history', { error }));
    while (!this.#stopped) {
      const next = (Math.floor(clock.now() / CANARY_EVERY_MS) + 1) * CANARY_EVERY_MS;
      await clock.sleep(next - clock.now());
      if (!this.#stopped) await this.step();
    }
  }

  /** One change. A failure of its own is a finding like any other. */
  async step(): Promise<void> {
    const { world: worldNow, clock, log } = this.#options;
    let planted: string | null = null;
    let last = { changeId: '', why: '' };
    this.#sinceDetected += 1;
    try {
      const world = worldNow();
      planted = await this.#nextPlanted(world);
      const end = await stepCanary({ planted }, { ...world, clock });
      last = end;
      if (!this.#stopped) await this.#note(planted, end);
    } catch (error) {
      last = { changeId: '', why: error instanceof Error ? error.message : String(error) };
      if (planted === null) {
        this.#unverified += 1;
        log.warn('canary not changed', { error });
      } else await this.#ring(planted, last);
    }
    if (!this.#stopped) this.#judgeItself(last);
  }

  /** Whether it still proves anything: a canary that cannot plant, or whose faults are never judged, is silent like a healthy one. */
  #judgeItself({ changeId, why }: Pick<Undetected, 'changeId' | 'why'>): void {
    const { clock, log } = this.#options;
    const silent =
      this.#unverified >= UNVERIFIED_IN_A_ROW
        ? `${this.#unverified} changes in a row were not verified, the last one: ${why}`
        : this.#sinceDetected > SILENT_ROUNDS * PLANTED_EVERY * this.#regions
          ? `none of ${this.#sinceDetected} changes has proven that a fault is found`
          : undefined;
    if (silent === undefined) {
      this.#undetected.delete(EVERYWHERE);
      return;
    }
    const known = this.#undetected.get(EVERYWHERE);
    this.#undetected.set(EVERYWHERE, { region: EVERYWHERE, at: known?.at ?? clock.now(), changeId, why: silent });
    if (known === undefined || this.#sinceDetected % PLANTED_EVERY === 0)
      log.error('detection is not proven any more', { changeId, state: silent });
  }

  /** Forgets what was found and missed where nothing is planted any more. @returns the regions that serve, in the order of turns */
  async #serving({ topology }: WorldOfCanary): Promise<readonly string[]> {
    const regions = [...servingRegions(await topology.latest())].sort();
    for (const region of [...this.#detections.keys(), ...this.#undetected.keys()]) {
      if (region === EVERYWHERE || regions.includes(region)) continue;
      this.#detections.delete(region);
      this.#undetected.delete(region);
    }
    this.#regions = regions.length;
    return regions;
  }

  async #nextPlanted(world: WorldOfCanary): Promise<string | null> {
    this.#sincePlanted += 1;
    const regions = await this.#serving(world);
    const isFresh = this.#options.clock.now() - this.#verifiedAt < FRESH_MS;
    if (this.#sincePlanted < PLANTED_EVERY || !isFresh) return null;
    const [first = null] = regions;
    const planted = regions.find((region) => region > (this.#lastPlanted ?? '')) ?? first;
    this.#sincePlanted = 0;
    this.#lastPlanted = planted ?? undefined;
    return planted;
  }

  async #note(planted: string | null, { asExpected, record, changeId, why, tookMs }: StepEnd): Promise<void> {
    const { clock, log } = this.#options;
    const at = record?.decidedAt ?? clock.now();
    if (planted === null) {
      this.#last = { at, state: why };
      this.#unverified = asExpected ? 0 : this.#unverified + 1;
      if (asExpected) this.#verifiedAt = at;
      else log.warn('canary not verified', { changeId, state: why });
    } else if (asExpected) {
      this.#detections.set(planted, { region: planted, at, tookMs: tookMs ?? 0 });
      this.#undetected.delete(planted);
      this.#sinceDetected = 0;
      log.info('canary found and taken back', { planted, changeId, tookMs });
    } else await this.#ring(planted, { changeId, why });
  }

  async #ring(region: string, { changeId, why }: Pick<Undetected, 'changeId' | 'why'>): Promise<void> {
    const { clock, log, world } = this.#options;
    if (!(await this.#mayServe(region, world))) {
      log.info('region was drained before a planted fault was found', { planted: region, changeId, state: why });
      return;
    }
    this.#undetected.set(region, { region, at: clock.now(), changeId, why: notFound(why) });
    log.error('planted fault was not found', { planted: region, changeId, state: why });
  }

  /** Drained while its mistake was looked for: then nobody was expected to find it. Who cannot be asked about it may serve. */
  async #mayServe(region: string, world: Options['world']): Promise<boolean> {
    try {
      return (await this.#serving(world())).includes(region);
    } catch {
      return true;
    }
  }

  /** What the canary of an earlier start has proven. */
  async #remember(): Promise<void> {
    const world = this.#options.world();
    const { flags, changes } = world;
    const current = await flags.current(CANARY_FLAG);
    if (current === undefined) return;
    const regions = await this.#serving(world);
    let read = 0;
    const { epoch, revision } = current.order;
    for await (const record of changes.recordsBefore(CANARY_FLAG, { epoch, revision: revision + 1 })) {
      const { blame, decidedAt, acceptedAt, order } = record;
      if (isNewer(order, current.order)) continue;
      if (record.state === 'verified' && decidedAt !== undefined)
        this.#verifiedAt = Math.max(this.#verifiedAt, decidedAt);
      if (blame !== undefined && decidedAt !== undefined && isDetection(record, blame.region)) {
        this.#lastPlanted ??= blame.region;
        const { region } = blame;
        if (regions.includes(region) && !this.#detections.has(region))
          this.#detections.set(region, { region, at: decidedAt, tookMs: decidedAt - acceptedAt });
      }
      read += 1;
      if (read === REMEMBERED) return;
    }
  }
}
