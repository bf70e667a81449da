import { isAccepted, isOfLaterHome, isOnRecord } from './accepted-revision.ts';
import { CANARY_FLAG, isCanaryRevision } from './canary.ts';
import { parseEnvelope } from './envelope.ts';
import { isGenuine } from './intact.ts';
import { MOST_BROKEN, type NewestGenuine } from './newest-genuine.ts';
import { isNewer, sameOrder } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { FlagStore, StoredRevision } from './ports/flag-store.ts';
import type { HomeSource } from './ports/home-source.ts';
import { recordAt } from './readable-record.ts';

interface Ports {
  readonly flags: Pick<FlagStore, 'newestRevision' | 'newestRevisions'>;
  readonly changes: Pick<ChangeStore, 'record' | 'outcome'>;
  readonly home: HomeSource;
  /** Of this home. */
  readonly epoch: number;
}

interface NewestAccepted extends NewestGenuine {
  /** The newest one is CURRENT, which home or a former one accepted, and whose REVISION is not here. */
  readonly isMissing: boolean;
}

/**
 * The newest revision that home accepted, and what lies above it: altered, or of nobody. One that is CURRENT too counts as
 * accepted without a trace in `changes`, which may have been restored from a time before it.
 *
 * @param current CURRENT, read before
 */
export const newestAccepted = async (
  flagKey: string,
  current: StoredRevision | undefined,
  ports: Ports,
): Promise<NewestAccepted> => {
  const found = await newestRevision(flagKey, current, ports);
  const { newest, above } = found;
  if (current === undefined || (newest !== undefined && !isNewer(current.order, newest.order)))
    return { ...found, isMissing: false };
  const isThere = above.some(({ order }) => sameOrder(order, current.order));
  if (isThere || !isGenuine(current)) return { ...found, isMissing: false };
  // Of the canary only CURRENT is left when nobody has changed it for long.
  const isExpired = isCanarys(current);
  // What a former home accepted comes item by item, and the REVISION of a kill perhaps never. What is live waits for its own.
  const isFormer = current.order.epoch < ports.epoch && parseEnvelope(current.body).flagState !== 'live';
  const isOnItsWay = !isExpired && !isFormer && (await isOfLaterHome(current, ports));
  const counts = isExpired || isFormer || isOnItsWay || (await isOnRecord(current, ports.changes));
  if (!counts) return { ...found, isMissing: false };
  const over = above.filter(({ order }) => isNewer(order, current.order));
  return { newest: current, above: over, isMissing: !isExpired && !isOnItsWay };
};

const isCanarys = ({ flagKey, body }: StoredRevision): boolean =>
  flagKey === CANARY_FLAG && isCanaryRevision(parseEnvelope(body));

const newestRevision = async (
  flagKey: string,
  current: StoredRevision | undefined,
  ports: Ports,
): Promise<NewestGenuine> => {
  const counts = async (stored: StoredRevision): Promise<boolean> => {
    if (!isGenuine(stored)) return false;
    if (current !== undefined && isSameRevision(current, stored)) return true;
    if (await isAccepted(stored, ports)) return true;
    // Both are written at once, so one of them was accepted, and nothing here says that it was CURRENT.
    const isBeside = current !== undefined && sameOrder(current.order, stored.order);
    return isBeside && (await recordAt(stored, ports.changes)) === undefined;
  };
  const last = await ports.flags.newestRevision(flagKey);
  if (last === undefined || (await counts(last))) return { newest: last, above: [] };
  const found = await ports.flags.newestRevisions(flagKey, MOST_BROKEN);
  const counting = await Promise.all(found.map(counts));
  const place = counting.indexOf(true);
  return place < 0 ? { newest: undefined, above: found } : { newest: found[place], above: found.slice(0, place) };
};

/** To the byte, and with what stands beside it: whoever goes around the validator may leave the digest as it was. */
export const isSameRevision = (a: StoredRevision, b: StoredRevision): boolean =>
  a.envelopeDigest === b.envelopeDigest && a.body === b.body && sameOrder(a.order, b.order);
