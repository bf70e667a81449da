import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import { acknowledges } from '@flaghoist/core/compare-and-set';

/** How far one change has come in one region. */
export interface RegionProgress {
  acknowledged: number;
  /** Epoch milliseconds of the newest acknowledgement. */
  lastAt: number;
}

/** Counts, from the acknowledgement lines, which caches have taken a change, and when. */
export class ChangeTracker {
  readonly changeId: string;
  readonly regions = new Map<string, RegionProgress>();
  readonly #seen = new Set<string>();
  readonly #times: number[] = [];

  constructor(changeId: string, regions: readonly string[]) {
    this.changeId = changeId;
    for (const region of regions) this.regions.set(region, { acknowledged: 0, lastAt: 0 });
  }

  get acknowledged(): number {
    return this.#times.length;
  }

  /** Counts the line if it is this change's first one of that cache. */
  add(line: Acknowledgement): void {
    if (line.changeId !== this.changeId || !acknowledges(line.outcome)) return;
    const cache = `${line.region}/${line.service}`;
    const progress = this.regions.get(line.region);
    if (this.#seen.has(cache) || progress === undefined) return;
    this.#seen.add(cache);
    this.#times.push(line.at);
    progress.acknowledged += 1;
    progress.lastAt = Math.max(progress.lastAt, line.at);
  }

  /** Milliseconds since `start` after which so many of the acknowledgements were there (nearest rank). */
  percentiles(start: number): { p50: number; p95: number; p99: number; max: number } {
    const sorted = this.#times.map((at) => at - start).sort((a, b) => a - b);
    const rank = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
    return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) };
  }
}
