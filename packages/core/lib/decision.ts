import { type ChangeRecord, type HoldReason, onInconsistent } from './change.ts';
import { compareOrders, isNewer, type Order, sameOrder } from './order.ts';
import type { Verdict } from './verdict.ts';

/** What one region has said of a change. A consistent proof is kept for good: it was seen. */
export interface Proof {
  readonly region: string;
  readonly verdict: Verdict;
  /** The services at fault. */
  readonly services: readonly string[];
  /** Those of them that fail other changes too (rule 15). */
  readonly degraded: readonly string[];
}

/** Whether a new answer of a region replaces the one on record: a proof is never unsaid. */
export const supersedesProof = (recorded: Proof | undefined, answer: Proof): boolean =>
  recorded?.verdict !== 'consistent' || answer.verdict === 'consistent';

export interface DecisionInput {
  judged: ChangeRecord;
  proofs: readonly Proof[];
  /** Regions that are leaving, or gone: no longer asked. */
  excusedRegions: ReadonlySet<string>;
  /** The order of CURRENT. */
  current: Order;
  knownGood: Order | null;
  /**
   * The accepted changes before the judged one, newest first, at least as far as the first that `endsSearch`. Only
   * looked at when a proof is inconsistent.
   */
  earlier: readonly ChangeRecord[];
  /** How many reverts this minute still allows. */
  revertsLeft: number;
  /** The home workflow's 60 s are over: silence is concluded. */
  concluding: boolean;
}

export type Decision =
  | { readonly action: 'wait' }
  | { readonly action: 'verify'; readonly knownGood: boolean }
  | { readonly action: 'advance-known-good' }
  | { readonly action: 'revert'; readonly target: ChangeRecord | null; readonly blame: Proof }
  | { readonly action: 'hold'; readonly reason: HoldReason; readonly blame: Proof }
  | { readonly action: 'supersede'; readonly blame: Proof }
  | { readonly action: 'unverify' };

const WAIT: Decision = { action: 'wait' };

/**
 * Rules 13 to 15 as one function: what becomes of a change, given all that home knows. The caller writes the result in
 * one transaction that fails when CURRENT, KNOWN_GOOD or the change's state have moved, and then asks again.
 */
export const decide = (input: DecisionInput): Decision => {
  const { judged, current, concluding } = input;
  if (isProven(input)) return whenProven(input);

  const blame = complaintOf(input);
  // After `unverified` an inconsistent answer only alarms (rule 9); final states stay.
  if (judged.state !== 'accepted') return WAIT;
  if (blame === undefined) return concluding ? { action: 'unverify' } : WAIT;
  if (isNewer(current, judged.order)) return { action: 'supersede', blame };
  if (onInconsistent[judged.kind] === 'hold') return { action: 'hold', reason: 'kind', blame };
  if (isDegraded(blame)) return { action: 'hold', reason: 'degraded-cache', blame };

  const target = revertTarget(input);
  if (hasAnotherBetween(input, target)) return { action: 'hold', reason: 'another-change-between', blame };
  if (input.revertsLeft <= 0) return { action: 'hold', reason: 'revert-budget', blame };
  return { action: 'revert', target, blame };
};

/**
 * The answer that decides, if any: an inconsistent one of a region that must prove the change. A region that is leaving is
 * not asked any more, so it does not take a change back either (rule 8). When several are on record, one that does not
 * blame a degraded cache alone goes first: the outcome must not depend on the order of the regions.
 */
export const complaintOf = ({
  judged,
  proofs,
  excusedRegions,
}: Pick<DecisionInput, 'judged' | 'proofs' | 'excusedRegions'>): Proof | undefined => {
  const complaints = proofs.filter(
    ({ region, verdict }) =>
      verdict === 'inconsistent' && judged.regions.includes(region) && !excusedRegions.has(region),
  );
  return complaints.find((complaint) => !isDegraded(complaint)) ?? complaints[0];
};

/** Every region that must prove the change has done so. A change nobody is left to prove stays unproven. */
const isProven = ({ judged, proofs, excusedRegions }: DecisionInput): boolean => {
  const required = judged.regions.filter((region) => !excusedRegions.has(region));
  const proven = new Set(proofs.filter(({ verdict }) => verdict === 'consistent').map(({ region }) => region));
  return required.length > 0 && required.every((region) => proven.has(region));
};

const whenProven = ({ judged, knownGood }: DecisionInput): Decision => {
  const newest = knownGood === null || isNewer(judged.order, knownGood);
  if (judged.state === 'accepted' || judged.state === 'unverified') return { action: 'verify', knownGood: newest };
  // What was taken back is never known good, however many caches once held it.
  if (judged.state === 'rolled-back' || !newest || judged.state === 'verified') return WAIT;
  return { action: 'advance-known-good' };
};

/** Every cache at fault fails other changes too: it is the cache. */
const isDegraded = ({ services, degraded }: Proof): boolean =>
  services.length > 0 && services.every((service) => degraded.includes(service));

/** Kills, archives and reverts carrying one: the system never reaches behind them. */
const isBarrier = ({ kind, flagState }: ChangeRecord): boolean =>
  kind === 'killed' || kind === 'archived' || (kind === 'rolled-back' && flagState !== 'live');

/** What a revert may go back to: known good, or what the system never reaches behind. */
const isCandidate = (change: ChangeRecord, knownGood: Order | null): boolean =>
  isBarrier(change) || (knownGood !== null && sameOrder(change.order, knownGood));

/**
 * Whether reading the earlier changes, newest first, may stop at this one: it is the target, or it stands between the
 * target and the judged change, whichever target that is.
 */
export const endsSearch = (change: ChangeRecord, knownGood: Order | null): boolean =>
  change.state !== 'rolled-back' || isCandidate(change, knownGood);

/**
 * The newer of known good and the last kill or archive before the judged change; `null` when there is neither.
 * Rule 14.
 */
export const revertTarget = ({
  judged,
  knownGood,
  earlier,
}: Pick<DecisionInput, 'judged' | 'knownGood' | 'earlier'>): ChangeRecord | null => {
  const candidates = earlier.filter((change) => isNewer(judged.order, change.order) && isCandidate(change, knownGood));
  return candidates.reduce<ChangeRecord | null>(
    (newest, change) => (newest && compareOrders(newest.order, change.order) >= 0 ? newest : change),
    null,
  );
};

/** A revert takes back one change. What lies between was not judged, so it may not fall with it. */
const hasAnotherBetween = ({ judged, earlier }: DecisionInput, target: ChangeRecord | null): boolean =>
  earlier.some(
    ({ order, state }) =>
      state !== 'rolled-back' && isNewer(judged.order, order) && (target === null || isNewer(order, target.order)),
  );
