import type { DriftClass } from '@flaghoist/drift/classify';
import type { TwoPlans } from '@flaghoist/drift/looked';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import { givenUp, stillDrifting } from './attempts.ts';
import { broughtAlong } from './brought-along.ts';
import { RemediationOutdatedError, RemediationRefusedError } from './errors.ts';
import { plannedEvents, unreadableEvents } from './events.ts';
import { needOf } from './need.ts';
import type { RemediationMemory, RemediationWork, Trail } from './ports.ts';
import { digestOf, keptRecord, type RemediationRecord, type RemediationSubject } from './record.ts';
import { type Settling, settleApply } from './settle-apply.ts';
import { type Standing, standingIn } from './standing.ts';
import { putDown } from './telling.ts';
import { changedIn, type Decided, movedIn, type Verdict, verdictsOf } from './verdict.ts';

export interface PlanOptions extends Pick<Settling, 'onSettled'> {
  readonly work: RemediationWork;
  readonly memory: RemediationMemory;
  readonly subject: RemediationSubject;
  readonly policy: RemediationPolicy;
  /** As AWS names who calls. */
  readonly plannedBy: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Whether the noise list covers an attribute of a resource, drifted in this class: `configuration` when left out. */
  readonly isNoise: (address: string, type: string, path: string, kind?: DriftClass) => boolean;
  /** Where it is told; left out, nobody hears of it. */
  readonly trail?: Trail | undefined;
  /** Hears why the plan that was kept cannot be read, as soon as that is known. What was in it is applied by nobody. */
  readonly onUnreadable?: ((why: string) => void) | undefined;
}

export interface PlannedRemediation extends Decided {
  /** `nothing`: no drift that an apply would mend. `refused`: there is, and none of it may be mended by a machine. */
  readonly outcome: 'nothing' | 'refused' | 'planned';
  /** What no apply mends, and is high or worse. */
  readonly standing: readonly Standing[];
  readonly record: RemediationRecord | undefined;
  readonly digest: string | undefined;
}

const withNoise = (verdict: Verdict, isNoise: PlanOptions['isNoise']): Verdict =>
  verdict.paths.some((path) => isNoise(verdict.address, verdict.type, path))
    ? { ...verdict, refused: [...verdict.refused, 'noise'] }
    : verdict;

/** Terraform makes no plan of some resources while others have yet to move: none of it may be mended before that. */
const withMoves = (
  verdicts: readonly Verdict[],
  { isMendable, moved }: { readonly isMendable: (each: Verdict) => boolean; readonly moved: readonly string[] },
): readonly Verdict[] =>
  moved.length === 0
    ? verdicts
    : verdicts.map((each) => (isMendable(each) ? { ...each, refused: ['pending'], brings: moved } : each));

/** Leaves out of what may be mended what would bring along a change that was not decided of. */
const withDependencies = async (
  work: RemediationWork,
  verdicts: readonly Verdict[],
  { isMendable, changed }: { readonly isMendable: (each: Verdict) => boolean; readonly changed: readonly string[] },
): Promise<readonly Verdict[]> => {
  const targets = verdicts.filter(isMendable).map(({ address }) => address);
  if (targets.length === 0 || changed.every((each) => targets.includes(each))) return verdicts;
  const along = broughtAlong(targets, changed, await work.dependencies());
  return verdicts.map((verdict) => {
    const brings = along.get(verdict.address);
    return brings === undefined ? verdict : { ...verdict, refused: [...verdict.refused, 'dependency'], brings };
  });
};

/**
 * What needs nobody's word has a plan of its own, and goes first: what somebody opened does not stay open for as long as nobody approves
 * the rest. What would bring some of the rest along waits with it.
 */
const firstOf = async (
  work: RemediationWork,
  mendable: readonly Verdict[],
  { policy, changed }: { readonly policy: RemediationPolicy; readonly changed: readonly string[] },
): Promise<readonly Verdict[]> => {
  const unasked = mendable.filter(({ remedy }) => needOf(policy, [remedy]) === 'auto');
  if (unasked.length === mendable.length) return mendable;
  const alone = await withDependencies(work, unasked, { isMendable: () => true, changed });
  const first = alone.filter(({ refused }) => refused.length === 0);
  return first.length === 0 ? mendable : first;
};

/**
 * Looks, decides of each drifted resource whether a machine may mend it, and saves a plan of those that it may. What would bring along a
 * change of what it depends on is left to people. The saved plan is judged once more, with all that it would change: it may bring
 * nothing that was not decided of.
 *
 * @throws RemediationRefusedError when not all could be read, or the saved plan would change more: then with what was decided
 * @throws RemediationOutdatedError when the state changed meanwhile
 * @throws RemediationLockedError when an apply that was killed is to be settled, and somebody else holds the state
 */
export const planRemediation = async (options: PlanOptions): Promise<PlannedRemediation> => {
  const { work, memory, subject, policy, plannedBy, at, isNoise } = options;
  await settleApply(options);
  const { unreadable } = keptRecord(memory);
  if (unreadable !== undefined) {
    options.onUnreadable?.(unreadable);
    const { trail } = options;
    if (trail !== undefined) putDown(memory, unreadableEvents({ ...subject, ...trail, at, actor: plannedBy }));
  }
  memory.forget();
  const before = await work.mark();
  const looked = await work.look();
  if (!looked.finished || looked.unread.length > 0) {
    throw new RemediationRefusedError(
      [
        'not all could be read, so nobody knows what an apply would meet',
        ...looked.unread.map(({ address, reason }) => `${address}: ${reason}`),
      ],
      'Run hoist drift, mend what it names as unread, and plan again.',
    );
  }
  const drifting = verdictsOf(looked.plans).map((each) => withNoise(each, isNoise));
  const attempts = stillDrifting(
    memory.attempts(),
    drifting.map(({ address }) => address),
  );
  memory.count(attempts);
  const tired = givenUp(attempts, policy.attempts);
  const isMendable = ({ address, refused }: Verdict): boolean => refused.length === 0 && !tired.includes(address);
  const movable = withMoves(drifting, { isMendable, moved: movedIn(looked.plans) });
  const changed = changedIn(looked.plans);
  const verdicts = await withDependencies(work, movable, { isMendable, changed });
  const mends = await firstOf(work, verdicts.filter(isMendable), { policy, changed });
  const leaves = verdicts
    .filter((each) => !mends.includes(each))
    .map((each): Verdict => (isMendable(each) ? { ...each, refused: ['turn'] } : each));
  const standing = standingIn(looked.plans).filter(
    ({ address, type, path }) => !isNoise(address, type, path, 'state-only'),
  );
  const rest = { leaves, givenUp: tired, standing };
  const told = (planned: PlannedRemediation): PlannedRemediation => {
    const { trail } = options;
    if (trail !== undefined) putDown(memory, plannedEvents(planned, { ...subject, ...trail, at, actor: plannedBy }));
    return planned;
  };
  if (mends.length === 0) {
    const outcome = verdicts.length === 0 ? 'nothing' : 'refused';
    return told({ outcome, mends, ...rest, record: undefined, digest: undefined });
  }
  const savedPlan = async () => {
    const { plan, sha256 } = await work.plan(mends.map(({ address }) => address));
    refuseMore({ refresh: looked.plans.refresh, normal: plan }, { mends, ...rest });
    const state = await work.mark();
    if (state.serial === before.serial && state.lineage === before.lineage) return { sha256, state };
    // Nobody refused anything: it may be made as soon as nobody applies.
    throw new RemediationOutdatedError('the state changed while the plan was made: somebody applies there');
  };
  const { sha256, state } = await savedPlan().catch((error: unknown) => {
    // Nobody was shown it, so nobody may apply it.
    memory.forget();
    throw error;
  });
  const record: RemediationRecord = {
    schema: 1,
    ...subject,
    planSha256: sha256,
    state,
    plannedBy,
    plannedAt: at,
    mends: mends.map(copied),
    leaves: rest.leaves.map(copied),
    need: needOf(
      policy,
      mends.map(({ remedy }) => remedy),
    ),
  };
  // Told before it is kept: a plan that nobody has heard of would wait for its approval, and be told by nobody any more.
  const planned = told({ outcome: 'planned', mends, ...rest, record, digest: digestOf(record) });
  memory.keep(record);
  return planned;
};

const copied = ({ brings, ...verdict }: Verdict) => ({
  ...verdict,
  paths: [...verdict.paths],
  changes: [...verdict.changes],
  refused: [...verdict.refused],
  ...(brings === undefined ? {} : { brings: [...brings] }),
});

/** A plan of some resources is also one of what they need, and a moment later than the look. */
const refuseMore = (saved: TwoPlans, decided: Decided): void => {
  const again = verdictsOf(saved);
  const changes = changedIn(saved).flatMap((address) => {
    const first = decided.mends.find((each) => each.address === address);
    const second = again.find((each) => each.address === address);
    if (first === undefined) return [`${address} would be changed with them`];
    if (second === undefined) return [`${address} drifts no longer, and would be changed all the same`];
    if (second.refused.length > 0) return [`${address}: ${second.refused.join(', ')}`];
    return second.remedy === first.remedy ? [] : [`${address} would be ${second.remedy}, not ${first.remedy}`];
  });
  // Whatever such an action does, it is no way back to what is configured.
  const runs = saved.normal.action_invocations.map(({ address }) => `${address} would be run with them`);
  const reasons = [...changes, ...runs];
  if (reasons.length > 0) {
    throw new RemediationRefusedError(
      ['the plan that was to be saved is not what was decided of', ...reasons],
      'Plan again. If it stays so, these resources depend on others that are not applied: apply those by review.',
      decided,
    );
  }
};
