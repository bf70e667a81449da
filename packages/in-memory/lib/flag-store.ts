import type { Order } from '@flaghoist/core/order';
import type {
  Alike,
  CurrentRepair,
  FactsRead,
  FlagStore,
  KnownGood,
  KnownGoodRepair,
  Needed,
  RulesVersions,
  StoredRevision,
} from '@flaghoist/core/ports/flag-store';
import { knownGoodRestoration, restoration, revisionRestoration } from '@flaghoist/core/storage/change-writes';
import { alikeIn, factsIn, neededIn } from '@flaghoist/core/storage/facts-items';
import { knownGoodOf, rulesVersionIn, rulesVersionWrite, storedRevisionOf } from '@flaghoist/core/storage/flag-items';
import {
  alikeKey,
  CURRENT_SK,
  FACTS_SK,
  flagPk,
  KNOWN_GOOD_SK,
  NEEDED_SK,
  REVISION_PREFIX,
  revisionSk,
  rulesKey,
} from '@flaghoist/core/storage/keys';
import { newestRevisionsOf } from '@flaghoist/core/storage/queries';
import type { Item } from '@flaghoist/core/storage/write';
import { type Contention, writeInTime } from './contention.ts';
import type { Table } from './table.ts';

const PAGE = 100;

/** A region's replica of `flags` on a `Table`. */
export class InMemoryFlagStore implements FlagStore, CurrentRepair, KnownGoodRepair, RulesVersions {
  readonly #flags: Table;
  readonly #contention: Contention | undefined;

  /** @param contention without it a write never meets a transaction */
  constructor(flags: Table, contention?: Contention) {
    this.#flags = flags;
    this.#contention = contention;
  }

  async current(flagKey: string): Promise<StoredRevision | undefined> {
    return revisionIn(this.#flags.get(flagPk(flagKey), CURRENT_SK));
  }

  async revision(flagKey: string, order: Order): Promise<StoredRevision | undefined> {
    return revisionIn(this.#flags.get(flagPk(flagKey), revisionSk(order)));
  }

  async newestRevision(flagKey: string): Promise<StoredRevision | undefined> {
    const [newest] = await this.newestRevisions(flagKey, 1);
    return newest;
  }

  async newestRevisions(flagKey: string, count: number): Promise<readonly StoredRevision[]> {
    return this.#flags.query(newestRevisionsOf(flagKey, count)).map(storedRevisionOf);
  }

  async knownGood(flagKey: string): Promise<KnownGood | undefined> {
    const item = this.#flags.get(flagPk(flagKey), KNOWN_GOOD_SK);
    return item === undefined ? undefined : knownGoodOf(item);
  }

  async facts(flagKey: string): Promise<FactsRead> {
    return factsIn(this.#flags.get(flagPk(flagKey), FACTS_SK));
  }

  async needed(flagKey: string): Promise<Needed> {
    return neededIn(this.#flags.get(flagPk(flagKey), NEEDED_SK));
  }

  async alike(flagKey: string): Promise<Alike> {
    const { pk, sk } = alikeKey(flagKey);
    return alikeIn(this.#flags.get(pk, sk));
  }

  async rulesVersion(region: string): Promise<number | null> {
    const { pk, sk } = rulesKey(region);
    return rulesVersionIn(this.#flags.get(pk, sk));
  }

  async reportRulesVersion(region: string, version: number, at: number): Promise<void> {
    await this.#flags.commit(rulesVersionWrite(region, version, at));
  }

  async *currents(after?: string): AsyncIterable<StoredRevision> {
    let waiting = after && flagPk(after);
    for (const pk of this.#partitionKeys()) {
      if (waiting !== undefined) {
        if (pk === waiting) waiting = undefined;
        continue;
      }
      const item = this.#flags.get(pk, CURRENT_SK);
      if (item !== undefined && this.#flags.isIndexed(item)) yield storedRevisionOf(item);
    }
  }

  async *revisions(seen?: Pick<StoredRevision, 'flagKey' | 'order'>): AsyncIterable<StoredRevision> {
    let waiting = seen;
    for (const pk of this.#partitionKeys()) {
      if (waiting !== undefined && pk !== flagPk(waiting.flagKey)) continue;
      let from = waiting && revisionSk(waiting.order);
      waiting = undefined;
      let page: readonly Item[] = [];
      do {
        const after: string | undefined = page.at(-1)?.sk ?? from;
        from = undefined;
        const range = after === undefined ? {} : { after };
        page = this.#flags.query({ pk, skPrefix: REVISION_PREFIX, limit: PAGE, ...range });
        for (const item of page) yield storedRevisionOf(item);
      } while (page.length === PAGE);
    }
  }

  async restoreCurrent(
    flagKey: string,
    foundDigest: string | null | undefined,
    accepted: StoredRevision | undefined,
  ): Promise<boolean> {
    return writeInTime(restoration(flagKey, foundDigest, accepted), this.#flags, this.#contention);
  }

  async restoreRevision(accepted: StoredRevision): Promise<boolean> {
    return writeInTime(revisionRestoration(accepted), this.#flags, this.#contention);
  }

  async restoreKnownGood(_flagKey: string, found: Order | null, good: KnownGood): Promise<boolean> {
    return writeInTime(knownGoodRestoration(found, good), this.#flags, this.#contention);
  }

  *#partitionKeys(): Iterable<string> {
    let from: number | undefined = 0;
    while (from !== undefined) {
      const page = this.#flags.partitionKeys(PAGE, from);
      yield* page.pks;
      from = page.next;
    }
  }
}

const revisionIn = (item: Item | undefined): StoredRevision | undefined =>
  item === undefined ? undefined : storedRevisionOf(item);
