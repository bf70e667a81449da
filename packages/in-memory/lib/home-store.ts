import { UnavailableError } from '@flaghoist/core/errors';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { HomeMove, HomeRegion, HomeStore } from '@flaghoist/core/ports/home-source';
import { homeMoveOf, homeRegionOf, homeWrite } from '@flaghoist/core/storage/flag-items';
import { HOME } from '@flaghoist/core/storage/keys';
import type { Table } from './table.ts';

/** The item `HOME` in one region's replica of `flags`. */
export class InMemoryHomeStore implements HomeStore {
  readonly #flags: Table;

  constructor(flags: Table) {
    this.#flags = flags;
  }

  async home(): Promise<HomeRegion> {
    const move = await this.lastMove();
    if (move === undefined) {
      throw new UnavailableError(
        `the item HOME in ${this.#flags.region}`,
        'hoist promote writes it once the first topology is published, and it replicates: try again.',
      );
    }
    return homeRegionOf(move);
  }

  async lastMove(): Promise<HomeMove | undefined> {
    const item = this.#flags.get(HOME.pk, HOME.sk);
    return item && homeMoveOf(item);
  }

  async move(to: HomeMove, from: HomeMove | null): Promise<WriteResult> {
    return (await this.#flags.commit(homeWrite(to, from))) ? 'written' : 'moved';
  }
}
