import { isGenuine, recomputedDigest, sealedOf } from '@flaghoist/core/intact';
import { sameOrder } from '@flaghoist/core/order';
import type { CurrentRepair, FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';

interface Ports {
  readonly flags: Pick<FlagStore, 'current' | 'newestRevision'>;
  readonly repair: CurrentRepair;
}

interface PutRight {
  readonly newest: StoredRevision | undefined;
  /**
   * `is-newest`: CURRENT is the newest accepted revision. `none`: nothing was accepted, and there is no CURRENT. `restored`:
   * it was another one, or gone, and was put back. `moved`: it changed meanwhile. `altered`: the newest revision is not what was
   * sealed, and is worth no more than what CURRENT is.
   */
  readonly current: 'is-newest' | 'none' | 'restored' | 'moved' | 'altered';
  /** Where the newest revision is altered, CURRENT, if that is what was sealed: it is left as it is. */
  readonly kept?: StoredRevision;
}

/**
 * Makes CURRENT what the newest accepted revision says. In the home region a CURRENT is written together with its REVISION,
 * in one transaction, so one that is not the newest was written around the validator, and one that is missing was removed.
 *
 * CURRENT is read first. The other way round, a change accepted between the two reads would look like an intruder, and
 * would be taken back; this way round it is `moved`, because restoring is conditional on the CURRENT that was read.
 */
export const putCurrentRight = async (flagKey: string, { flags, repair }: Ports): Promise<PutRight> => {
  const found = await flags.current(flagKey);
  const newest = await flags.newestRevision(flagKey);
  if (found === undefined && newest === undefined) return { newest, current: 'none' };
  if (found !== undefined && newest !== undefined && isSameRevision(found, newest))
    return { newest, current: 'is-newest' };
  if (newest !== undefined && !isGenuine(newest)) {
    const kept = found && sealedOf(found);
    if (found === undefined || kept === undefined) return { newest, current: 'altered' };
    const isRight = sameOrder(found.order, kept.order);
    if (!isRight && !(await repair.restoreCurrent(flagKey, kept.envelopeDigest, kept)))
      return { newest, current: 'moved' };
    // Its bytes were altered, and CURRENT still has those that were accepted.
    return vouchesFor(newest, kept)
      ? { newest: kept, current: isRight ? 'is-newest' : 'restored' }
      : { newest, current: 'altered', kept };
  }
  const restored = await repair.restoreCurrent(flagKey, found?.envelopeDigest, newest);
  return { newest, current: restored ? 'restored' : 'moved' };
};

/** What is left of an altered revision, its key and its attribute or its bytes, names this one. */
const vouchesFor = (altered: StoredRevision, { order, envelopeDigest }: StoredRevision): boolean =>
  sameOrder(altered.order, order) &&
  (altered.envelopeDigest === envelopeDigest || recomputedDigest(altered.body) === envelopeDigest);

/** To the byte, and with what stands beside it: whoever goes around the validator may leave the digest as it was. */
export const isSameRevision = (a: StoredRevision, b: StoredRevision): boolean =>
  a.envelopeDigest === b.envelopeDigest && a.body === b.body && sameOrder(a.order, b.order);
