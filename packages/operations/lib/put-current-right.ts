import { isConfirmed } from '@flaghoist/core/accepted-revision';
import { isGenuine, sealedOf } from '@flaghoist/core/intact';
import { isSameRevision, newestAccepted } from '@flaghoist/core/newest-accepted';
import { MOST_BROKEN } from '@flaghoist/core/newest-genuine';
import { isNewer, type Order, sameOrder } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { CurrentRepair, FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import { readableRecord } from '@flaghoist/core/readable-record';

interface Ports {
  readonly flags: Pick<FlagStore, 'current' | 'revision' | 'newestRevision' | 'newestRevisions'>;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'outcome'>;
  readonly repair: CurrentRepair;
  readonly home: HomeSource;
  /** Of this home. */
  readonly epoch: number;
}

interface PutRight {
  /** The newest accepted revision, as far as anything here still says which it is. */
  readonly newest: StoredRevision | undefined;
  /**
   * `is-newest`: CURRENT is the newest accepted revision. `none`: no revision was accepted, and there is no CURRENT.
   * `restored`: it was another one, or gone, and was put back. `moved`: it changed meanwhile. `altered`: the newest accepted
   * revision is gone or not what was sealed, and nothing else has its bytes; CURRENT is left as it is.
   */
  readonly current: 'is-newest' | 'none' | 'restored' | 'moved' | 'altered';
  /** What lies above the newest one and was never accepted. With `altered` the first one is the revision that was altered. */
  readonly above: readonly StoredRevision[];
  /** With `altered`: the newest accepted revision that is what was sealed. Only a kill is built on it. */
  readonly sound?: StoredRevision | undefined;
  /** CURRENT as it was found. */
  readonly found: StoredRevision | undefined;
}

/**
 * Makes CURRENT what the newest accepted revision says. In the home region a CURRENT is written together with its REVISION,
 * in one transaction, so one that is not the newest was written around the validator, and one that is missing was removed.
 * Where it is the REVISION that is missing, and `changes` says that CURRENT was accepted, the REVISION is put back: nothing
 * that was accepted, and no kill, is undone because an item is gone.
 *
 * CURRENT is read first. The other way round, a change accepted between the two reads would look like an intruder, and
 * would be taken back; this way round it is `moved`, because restoring is conditional on the CURRENT that was read.
 */
export const putCurrentRight = async (flagKey: string, ports: Ports): Promise<PutRight> => {
  const { flags, changes, repair, epoch } = ports;
  const found = await flags.current(flagKey);
  const { newest, above, isMissing } = await newestAccepted(flagKey, found, ports);
  const restore = async (to: StoredRevision | undefined, over: readonly StoredRevision[]): Promise<PutRight> => {
    // A later home puts its own right.
    if (to !== undefined && to.order.epoch > epoch) return { newest: to, current: 'moved', above: over, found };
    const lost = await lostRescue(flagKey, to, ports);
    if (lost !== undefined) return { newest: undefined, current: 'altered', above: [lost, ...over], sound: to, found };
    const restored = await repair.restoreCurrent(flagKey, found?.envelopeDigest, to);
    return { newest: to, current: restored ? 'restored' : 'moved', above: over, found };
  };
  /** CURRENT has the bytes that were sealed; what stands beside them may be another order. */
  const keep = async (kept: StoredRevision, over: readonly StoredRevision[]): Promise<PutRight> =>
    found !== undefined && sameOrder(found.order, kept.order)
      ? { newest: kept, current: 'is-newest', above: over, found }
      : restore(kept, over);

  if (isMissing && newest !== undefined) await repair.restoreRevision(newest);
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
    if (record !== undefined)
      return { newest: undefined, current: 'altered', above: above.slice(index), sound: newest, found };
  }
  if (found === undefined && newest === undefined) return { newest, current: 'none', above, found };
  if (found !== undefined && newest !== undefined && isSameRevision(found, newest))
    return { newest, current: 'is-newest', above, found };
  if (newest === undefined && above.length > 0)
    return kept === undefined ? { newest, current: 'altered', above, found } : keep(kept, above);
  return restore(newest, above);
};

const genuineDigests = async (flagKey: string, flags: Ports['flags']): Promise<Set<string>> =>
  new Set((await flags.newestRevisions(flagKey, MOST_BROKEN)).filter(isGenuine).map((one) => one.envelopeDigest));

/**
 * A kill or an archive, or a revert that carries one, that was accepted after what CURRENT would be put back to, and of which
 * only what stands in `changes` is left: nothing is put back over it, as that would switch on what was switched off.
 */
const lostRescue = async (
  flagKey: string,
  to: StoredRevision | undefined,
  { flags, changes }: Ports,
): Promise<StoredRevision | undefined> => {
  let looked = 0;
  for await (const record of changes.recordsBefore(flagKey, BEHIND_ALL)) {
    looked += 1;
    if (looked > MOST_BROKEN) return undefined;
    const { order, flagState, state, unreadable, envelopeDigest } = record;
    const isOlder = to !== undefined && !isNewer(order, to.order);
    if (isOlder || unreadable !== undefined || state === 'rolled-back') continue;
    if (!(await isConfirmed(record, changes))) continue;
    // It is accepted this moment, and CURRENT has moved with it.
    const isThere = (await flags.revision(flagKey, order))?.envelopeDigest === envelopeDigest;
    return flagState === 'live' || isThere ? undefined : { flagKey, order, envelopeDigest, body: '' };
  }
  return undefined;
};

const BEHIND_ALL: Order = { epoch: 10 ** 6, revision: 0 };
