import type { Order } from '../order.ts';

/**
 * An item of `flags` as it is stored. The body is the envelope's bytes, unread. Attributes that a foreign writer left out,
 * or wrote with another type, read as 0 and as empty text: what he wrote is still found, and differs from every revision.
 */
export interface StoredRevision {
  readonly flagKey: string;
  readonly order: Order;
  readonly envelopeDigest: string;
  readonly body: string;
}

export interface KnownGood {
  readonly flagKey: string;
  readonly order: Order;
  readonly envelopeDigest: string;
}

/** What FACTS says. */
export interface FactsRead {
  readonly version: number;
  /** In which they moved last; 0: nobody knew. A former home may have counted as far as this one. */
  readonly epoch: number;
}

/** The flags that need one. The keys and the counter are of one moment. */
export interface Needed {
  readonly keys: readonly string[];
  /** Grows with each change of the set. */
  readonly counter: number;
  /** The epoch for which the set is known to be whole; 0: it may lack flags that were accepted before it was kept. */
  readonly epoch: number;
}

/** The keys that a reader takes for one another. */
export interface Alike {
  readonly keys: readonly string[];
  readonly count: number;
  /** In which they were last known to be all; 0: nobody knew. */
  readonly epoch: number;
}

/** One region's replica of the table `flags`. Reads are strongly consistent within the region. */
export interface FlagStore {
  current(flagKey: string): Promise<StoredRevision | undefined>;
  revision(flagKey: string, order: Order): Promise<StoredRevision | undefined>;
  newestRevision(flagKey: string): Promise<StoredRevision | undefined>;
  /** So many of the last revisions, newest first. */
  newestRevisions(flagKey: string, count: number): Promise<readonly StoredRevision[]>;
  knownGood(flagKey: string): Promise<KnownGood | undefined>;
  /** How often the facts of a flag have moved: read before the revision that tells them. */
  facts(flagKey: string): Promise<FactsRead>;
  needed(flagKey: string): Promise<Needed>;
  alike(flagKey: string): Promise<Alike>;
  /**
   * Every CURRENT, page by page. Which there are may be some seconds old: nothing is decided by it. It may go on behind that of
   * a flag that it has seen.
   */
  currents(after?: string): AsyncIterable<StoredRevision>;
  /** Every REVISION of every flag, a flag's in their order: what the audit sweep walks. It may go on behind one that it has seen. */
  revisions(after?: Pick<StoredRevision, 'flagKey' | 'order'>): AsyncIterable<StoredRevision>;
}

/** The versions of the rules that regions have, each in an item of its own: home accepts under what all of them know. */
export interface RulesVersions {
  /** `null`: the region has reported nothing yet, or this replica has not heard of it. */
  rulesVersion(region: string): Promise<number | null>;
  /** Each region for itself, and nobody else. @param at epoch milliseconds */
  reportRulesVersion(region: string, version: number, at: number): Promise<void>;
}

/** Home only: puts KNOWN_GOOD back when one of an older epoch has overwritten it, or what nobody proved, and when it is gone. */
export interface KnownGoodRepair {
  /**
   * @param found `null`: there is none
   * @returns whether it was replaced; `false` means that it is no longer at `found`
   */
  restoreKnownGood(flagKey: string, found: Order | null, good: KnownGood): Promise<boolean>;
}

/** Home only: puts CURRENT and REVISION back when somebody wrote them around the validator, or removed them. */
export interface CurrentRepair {
  /**
   * Puts the REVISION of an accepted CURRENT back that is gone.
   *
   * @returns whether it was written; `false` means that one is there
   */
  restoreRevision(accepted: StoredRevision): Promise<boolean>;
  /**
   * Replaces a CURRENT that was never accepted by the newest accepted revision, or removes it when there is none.
   * Conditional on CURRENT still being what was found.
   *
   * @param foundDigest the `envelopeDigest` attribute of the foreign item, `null` or empty when it has none; `undefined` when
   *   there is no CURRENT
   * @returns whether it was replaced; `false` means that CURRENT has moved meanwhile
   */
  restoreCurrent(
    flagKey: string,
    foundDigest: string | null | undefined,
    accepted: StoredRevision | undefined,
  ): Promise<boolean>;
}
