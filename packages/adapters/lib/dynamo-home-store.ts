import { UnavailableError } from '@flaghoist/core/errors';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { HomeMove, HomeRegion, HomeStore } from '@flaghoist/core/ports/home-source';
import { homeMoveOf, homeRegionOf, homeWrite } from '@flaghoist/core/storage/flag-items';
import { HOME } from '@flaghoist/core/storage/keys';
import { readItem, type TableAccess } from './dynamo-read.ts';
import { writeItem } from './dynamo-write.ts';

/** The item `HOME` in one region's replica of `flags`. */
export class DynamoHomeStore implements HomeStore {
  readonly #access: TableAccess;

  constructor(access: TableAccess) {
    this.#access = access;
  }

  async home(): Promise<HomeRegion> {
    const move = await this.lastMove();
    if (move === undefined) {
      throw new UnavailableError(
        `the item HOME of table ${this.#access.table}`,
        'hoist promote writes it once the first topology is published, and it replicates: try again.',
      );
    }
    return homeRegionOf(move);
  }

  async lastMove(): Promise<HomeMove | undefined> {
    const item = await readItem(this.#access, HOME);
    return item && homeMoveOf(item);
  }

  async move(to: HomeMove, from: HomeMove | null): Promise<WriteResult> {
    return (await writeItem('the item HOME', homeWrite(to, from), this.#access)).result;
  }
}
