import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { Happening, ReadProgress, SweepProgress, TrailStore } from '@flaghoist/core/ports/trail-store';
import { SWEEP, timeKey } from '@flaghoist/core/storage/keys';
import { happeningOf, progressOf, progressWrite } from '@flaghoist/core/storage/trail-items';
import { momentOf } from '@flaghoist/core/storage/trail-keys';
import type { Item } from '@flaghoist/core/storage/write';
import type { Table } from './table.ts';

/** `changes` by time. Its indexes do not lag. */
export class InMemoryTrailStore implements TrailStore {
  readonly #changes: Table;

  /** @param changes a `changesTable` */
  constructor(changes: Table) {
    this.#changes = changes;
  }

  async *happened(from: number, to: number): AsyncIterable<Happening> {
    const happened = this.#changes.having('moment', { from: timeKey(from), to: timeKey(to) });
    yield* [...happened].sort(byMoment).map(happeningOf);
  }

  async *awaited(from: number, to: number): AsyncIterable<Happening> {
    const awaited = this.#changes.having('awaited').filter((item) => {
      const moment = Number(momentOf(item));
      return moment >= from && moment < to;
    });
    yield* awaited.sort(byMoment).map(happeningOf);
  }

  async progress(): Promise<ReadProgress> {
    return progressOf(this.#changes.get(SWEEP.pk, SWEEP.sk));
  }

  async keepProgress(progress: SweepProgress, read: ReadProgress): Promise<WriteResult> {
    const write = progressWrite(this.#changes.get(SWEEP.pk, SWEEP.sk), progress, read);
    return write !== undefined && (await this.#changes.commit(write)) ? 'written' : 'moved';
  }
}

const byMoment = (a: Item, b: Item): number => Number(momentOf(a)) - Number(momentOf(b));
