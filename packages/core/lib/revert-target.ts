import type { ChangeRecord } from './change.ts';
import { compareOrders, isNewer, type Order, sameOrder } from './order.ts';
import { isDegraded, type Proof } from './proof.ts';

/** Kills, archives and reverts carrying one: the system never reaches behind them. */
const isBarrier = ({ kind, flagState }: ChangeRecord): boolean =>
  kind === 'killed' || kind === 'archived' || (kind === 'rolled-back' && flagState !== 'live');

/** What a revert may go back to: known good or the floor, or what the system never reaches behind. */
const isCandidate = (change: ChangeRecord, base: Order | null): boolean =>
  isBarrier(change) || (base !== null && sameOrder(change.order, base));

/**
 * Whether reading the earlier changes, newest first, may stop at this one: it is the target, or it stands between the
 * target and the judged change, whichever target that is.
 */
export const endsSearch = (change: ChangeRecord, knownGood: Order | null): boolean =>
  change.state !== 'rolled-back' || isCandidate(change, knownGood);

/**
 * Whether an earlier change may be the floor of rule 14, so that a dead Redis or a silent region does not switch rollback
 * off everywhere: home concluded it without a verdict, a cache was seen holding it before the judged change came, and no
 * cache failed it that answers and fails nothing else.
 *
 * @param proofs those of the earlier change
 * @param acceptedAt when the judged change was accepted, epoch milliseconds
 */
export const isFloor = (earlier: ChangeRecord, proofs: readonly Proof[], acceptedAt: number): boolean => {
  if (earlier.state !== 'unverified' && earlier.state !== 'held') return false;
  const hasFailed = earlier.failed === true || proofs.some(isFailure);
  const seenAt = Math.min(earlier.seenAt ?? Number.POSITIVE_INFINITY, firstSeen(proofs) ?? Number.POSITIVE_INFINITY);
  return !hasFailed && seenAt < acceptedAt;
};

const isFailure = (proof: Proof): boolean => proof.verdict === 'inconsistent' && !isDegraded(proof);

/** When a look first found a cache that held the change, as far as the proofs on record go. */
export const firstSeen = (proofs: readonly Proof[]): number | undefined => {
  const times = proofs.filter(({ holding }) => holding > 0).map(({ seenAt }) => seenAt);
  return times.length === 0 ? undefined : Math.min(...times);
};

interface Search {
  readonly judged: ChangeRecord;
  readonly knownGood: Order | null;
  /** A change before the judged one that `isFloor`. */
  readonly floor: Order | null;
  /** Newest first, at least as far as the first that `endsSearch`. */
  readonly earlier: readonly ChangeRecord[];
}

/**
 * The newest of known good, the floor and the last kill or archive before the judged change; `null` when there is none.
 * Rule 14.
 */
export const revertTarget = ({ judged, knownGood, floor, earlier }: Search): ChangeRecord | null => {
  const candidates = earlier.filter(
    (change) => isNewer(judged.order, change.order) && (isCandidate(change, knownGood) || isCandidate(change, floor)),
  );
  return candidates.reduce<ChangeRecord | null>(
    (newest, change) => (newest && compareOrders(newest.order, change.order) >= 0 ? newest : change),
    null,
  );
};

/** A revert takes back one change. What lies between was not judged, so it may not fall with it. */
export const hasAnotherBetween = (
  { judged, earlier }: Pick<Search, 'judged' | 'earlier'>,
  target: ChangeRecord | null,
): boolean =>
  earlier.some(
    ({ order, state }) =>
      state !== 'rolled-back' && isNewer(judged.order, order) && (target === null || isNewer(order, target.order)),
  );
