import { isGenuine, sealedOf } from '@flaghoist/core/intact';
import { MOST_BROKEN, newestGenuine } from '@flaghoist/core/newest-genuine';
import { sameOrder } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { CurrentRepair, FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import { readableRecord } from '@flaghoist/core/readable-record';

interface Ports {
  readonly flags: Pick<FlagStore, 'current' | 'newestRevision' | 'newestRevisions'>;
  readonly changes: Pick<ChangeStore, 'record'>;
  readonly repair: CurrentRepair;
}

interface PutRight {
  /** The newest accepted revision, as far as anything here still says which it is. */
  readonly newest: StoredRevision | undefined;
  /**
   * `is-newest`: CURRENT is the newest accepted revision. `none`: no revision is what was sealed, and there is no CURRENT.
   * `restored`: it was another one, or gone, and was put back. `moved`: it changed meanwhile. `altered`: the newest accepted
   * revision is not what was sealed, and nothing else has its bytes; CURRENT is left as it is.
   */
  readonly current: 'is-newest' | 'none' | 'restored' | 'moved' | 'altered';
  /** What lies above the newest one and was never accepted. With `altered` the first one is the revision that was altered. */
  readonly above: readonly StoredRevision[];
}

/**
 * Makes CURRENT what the newest accepted revision says. In the home region a CURRENT is written together with its REVISION,
 * in one transaction, so one that is not the newest was written around the validator, and one that is missing was removed.
 *
 * CURRENT is read first. The other way round, a change accepted between the two reads would look like an intruder, and
 * would be taken back; this way round it is `moved`, because restoring is conditional on the CURRENT that was read.
 */
export const putCurrentRight = async (flagKey: string, { flags, changes, repair }: Ports): Promise<PutRight> => {
  const found = await flags.current(flagKey);
  const { newest, above } = await newestGenuine(flagKey, flags);
  const restore = async (to: StoredRevision | undefined, over: readonly StoredRevision[]): Promise<PutRight> => {
    const restored = await repair.restoreCurrent(flagKey, found?.envelopeDigest, to);
    return { newest: to, current: restored ? 'restored' : 'moved', above: over };
  };
  /** CURRENT has the bytes that were sealed; what stands beside them may be another order. */
  const keep = async (kept: StoredRevision, over: readonly StoredRevision[]): Promise<PutRight> =>
    found !== undefined && sameOrder(found.order, kept.order)
      ? { newest: kept, current: 'is-newest', above: over }
      : restore(kept, over);

  const kept = above.length === 0 ? undefined : found && sealedOf(found);
  const known = above.length === 0 ? new Set<string>() : await genuineDigests(flagKey, flags);
  if (kept !== undefined) known.add(kept.envelopeDigest);
  for (const [index, revision] of above.entries()) {
    const read = await readableRecord(revision, changes);
    // No two revisions have the same digest: a record that names one of another order was copied.
    const isCopied = read !== undefined && known.has(read.envelopeDigest);
    const record = isCopied ? undefined : read;
    const isOwn = kept !== undefined && sameOrder(kept.order, revision.order);
    // The bytes of its revision were altered, and CURRENT still has those that were accepted.
    if (isOwn && record === undefined) return keep(kept, above.slice(0, index));
    if (record !== undefined) return { newest: undefined, current: 'altered', above: above.slice(index) };
  }
  if (found === undefined && newest === undefined) return { newest, current: 'none', above };
  if (found !== undefined && newest !== undefined && isSameRevision(found, newest))
    return { newest, current: 'is-newest', above };
  if (newest === undefined && above.length > 0)
    return kept === undefined ? { newest, current: 'altered', above } : keep(kept, above);
  return restore(newest, above);
};

const genuineDigests = async (flagKey: string, flags: Ports['flags']): Promise<Set<string>> =>
  new Set((await flags.newestRevisions(flagKey, MOST_BROKEN)).filter(isGenuine).map((one) => one.envelopeDigest));

/** To the byte, and with what stands beside it: whoever goes around the validator may leave the digest as it was. */
export const isSameRevision = (a: StoredRevision, b: StoredRevision): boolean =>
  a.envelopeDigest === b.envelopeDigest && a.body === b.body && sameOrder(a.order, b.order);
