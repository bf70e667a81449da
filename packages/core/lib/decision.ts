import { type ChangeRecord, type HoldReason, onInconsistent } from './change.ts';
import {
  type Complaining,
  type Complaint,
  complaintOf,
  type Outage,
  outagesOf,
  requiredProofs,
  untaken,
} from './complaint.ts';
import { isNewer, type Order } from './order.ts';
import { isOldNews } from './proof.ts';
import { hasAnotherBetween, revertTarget } from './revert-target.ts';

/**
 * What the home workflow is about to do. `early`: after 60 s it ends what is silent, and leaves what is refused, or only
 * known from old news, for the last time. `last`: after 107 s it ends everything.
 */
export type Conclusion = 'none' | 'early' | 'last';

/** A home workflow concludes 107 s after acceptance at the latest: what nobody has decided by then has none. */
export const CONCLUDED_MS = 120_000;

export interface DecisionInput extends Complaining {
  /** The order of CURRENT. */
  readonly current: Order;
  readonly knownGood: Order | null;
  /** A change before the judged one that `isFloor`, if the search for a target ended at one. */
  readonly floor: Order | null;
  /**
   * The accepted changes before the judged one, newest first, at least as far as the first that `endsSearch`. Only
   * looked at when a proof finds fault.
   */
  readonly earlier: readonly ChangeRecord[];
  /** How many reverts this minute still allows. */
  readonly revertsLeft: number;
  readonly concluding: Conclusion;
}

export type Decision =
  | { readonly action: 'wait' }
  | { readonly action: 'verify'; readonly knownGood: boolean }
  | { readonly action: 'advance-known-good' }
  | {
      readonly action: 'revert';
      readonly target: ChangeRecord | null;
      readonly blame: Complaint;
      /** Those that have taken a change back with this one. */
      readonly outages: readonly Outage[];
    }
  | { readonly action: 'hold'; readonly reason: HoldReason; readonly blame: Complaint }
  | { readonly action: 'supersede'; readonly blame: Complaint }
  | { readonly action: 'unverify' };

const WAIT: Decision = { action: 'wait' };

/**
 * Rules 13 to 15 as one function: what becomes of a change, given all that home knows. The caller writes the result in
 * one transaction that fails when CURRENT, KNOWN_GOOD or the change's state have moved, and then asks again.
 */
export const decide = (input: DecisionInput): Decision => {
  const { judged, current } = input;
  if (isProven(input)) return whenProven(input);
  // After `unverified` an inconsistent answer only alarms (rule 9); final states stay.
  if (judged.state !== 'accepted') return WAIT;

  const blame = complaintOf(input) ?? refusedRescue(input);
  if (blame === undefined) return isOver(input) ? { action: 'unverify' } : WAIT;
  if (isNewer(current, judged.order)) return { action: 'supersede', blame };
  if (onInconsistent[judged.kind] === 'hold') return { action: 'hold', reason: 'kind', blame };
  if (blame.fault === 'degraded') return { action: 'hold', reason: 'degraded-cache', blame };

  const target = revertTarget(input);
  if (hasAnotherBetween(input, target)) return { action: 'hold', reason: 'another-change-between', blame };
  if (input.revertsLeft <= 0) return { action: 'hold', reason: 'revert-budget', blame };
  const outages = untaken(outagesOf(requiredProofs(input), input.outgrows), input.outages);
  return { action: 'revert', target, blame, outages };
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

/** A kill, an archive or a revert that a server refused ends held, whenever that was: holding takes nothing back. */
const refusedRescue = (input: DecisionInput): Complaint | undefined => {
  if (onInconsistent[input.judged.kind] !== 'hold' || input.concluding !== 'last') return undefined;
  const refused = requiredProofs(input).find(({ refusing }) => refusing.length > 0);
  return (
    refused && { region: refused.region, services: refused.refusing.map(({ service }) => service), fault: 'refusing' }
  );
};

const isOver = (input: DecisionInput): boolean =>
  input.concluding === 'last' || (input.concluding === 'early' && !hasOpenQuestion(input));

/** A region refused it, or found fault so long ago that it has to look again. */
const hasOpenQuestion = (input: DecisionInput): boolean =>
  requiredProofs(input).some(
    (proof) => proof.refusing.length > 0 || (proof.verdict === 'inconsistent' && isOldNews(proof, input.now)),
  );
