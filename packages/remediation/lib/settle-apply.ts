import type { TwoPlans } from '@flaghoist/drift/looked';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import type { ApplyIntent, ConcludedApply, SettledApply } from './apply-intent.ts';
import { counted, stillDrifting } from './attempts.ts';
import { RemediationRefusedError } from './errors.ts';
import { appliedEvents, isOfApply } from './events.ts';
import type { RemediationMemory, RemediationWork, Trail } from './ports.ts';
import { isOf, type RemediationSubject } from './record.ts';
import { putDown } from './telling.ts';
import { verdictsOf } from './verdict.ts';

export interface Settling {
  readonly work: Pick<RemediationWork, 'recordAgain' | 'look' | 'mark'>;
  readonly memory: Omit<RemediationMemory, 'keep' | 'begin' | 'stored'>;
  readonly policy: Pick<RemediationPolicy, 'attempts'>;
  readonly trail?: Trail | undefined;
  /** Hears what became of an apply that was cut off, as soon as that is known: whatever comes next may fail. */
  readonly onSettled?: ((settled: SettledApply) => void) | undefined;
}

/**
 * Records again what an apply has only read, and looks at what is there.
 *
 * @throws {RemediationRefusedError} when not all could be read, so that nobody knows what became of the apply
 * @throws {RemediationLockedError} when somebody else holds the state
 * @throws {TerraformFailedError}
 */
export const lookAfter = async (work: Pick<RemediationWork, 'recordAgain' | 'look'>): Promise<TwoPlans> => {
  await work.recordAgain();
  const { plans, unread, finished } = await work.look();
  if (finished && unread.length === 0) return plans;
  throw new RemediationRefusedError(
    [
      'not all could be read, so nobody knows what became of the apply',
      ...unread.map(({ address, reason }) => `${address}: ${reason}`),
    ],
    'Run hoist drift, mend what it names as unread, and plan again: that finds out.',
  );
};

/**
 * Ends an apply that has begun: what became of it is written down for the trail, it counts as an attempt, and its plan is not applied a
 * second time. Done again after a kill it tells the same, and counts it as the same attempt.
 *
 * @param plans of what is there after it
 * @param failed whether Terraform said that it could not apply it to its end
 */
export const conclude = (
  { memory, policy, trail }: Omit<Settling, 'work'>,
  intent: ApplyIntent,
  { plans, failed = false }: { readonly plans: TwoPlans; readonly failed?: boolean },
): ConcludedApply => {
  const drifting = driftingIn(plans);
  const remaining = remainingOf(intent, drifting);
  const attempts = { ...memory.attempts(), ...(intent.attempts ?? counted(memory.attempts(), intent.resources)) };
  const isGivenUp = remaining.some((address) => (attempts[address] ?? 0) >= policy.attempts);
  const isMended = !failed && remaining.length === 0;
  const outcome = isMended ? 'mended' : isGivenUp ? 'escalated' : 'not-mended';
  const concluded: ConcludedApply = { intent, outcome, remaining };
  memory.count(stillDrifting(attempts, drifting));
  end({ memory, trail }, concluded);
  return concluded;
};

const end = ({ memory, trail }: Pick<Settling, 'memory' | 'trail'>, settled: SettledApply): void => {
  // Written down before the apply is over: whoever is killed in between finds one of the two, and tells it once.
  if (trail !== undefined && !memory.untold().some(isOfApply(settled.intent)))
    putDown(memory, appliedEvents(settled, trail));
  memory.forget();
  memory.end();
};

const driftingIn = (plans: TwoPlans): readonly string[] => verdictsOf(plans).map(({ address }) => address);

const remainingOf = ({ resources }: ApplyIntent, drifting: readonly string[]): readonly string[] =>
  resources.filter((address) => drifting.includes(address));

/**
 * Whether nothing shows that an apply had begun: it was not counted, the state is the one that it was to begin on, and all that it was to
 * put back drifts. It was to be stored that it begins, that failed, and so did taking it back; or it was killed before it did anything.
 */
const isUntouched = async (
  { work, memory }: Pick<Settling, 'work' | 'memory'>,
  { intent, plans }: { readonly intent: ApplyIntent; readonly plans: TwoPlans },
): Promise<boolean> => {
  const counts = memory.attempts();
  if (intent.resources.some((address) => counts[address] === intent.attempts?.[address])) return false;
  if (remainingOf(intent, driftingIn(plans)).length < intent.resources.length) return false;
  const { lineage, serial } = await work.mark();
  return lineage === intent.state?.lineage && serial === intent.state.serial;
};

/**
 * Whoever works with the memory first settles an apply that was killed.
 *
 * @throws {RemediationRefusedError} when it was of another stack or workspace, or not all could be read
 * @throws {RemediationLockedError} when somebody else holds the state; it is to be done still
 * @throws {TerraformFailedError}
 * @throws {InvalidInputError} when what is kept of it, or for the trail, cannot be read: unknown stays unknown, and people look
 */
export const settleApply = async (options: Settling & { readonly subject: RemediationSubject }): Promise<void> => {
  const { memory, trail } = options;
  // Where nothing can be added to it, nothing is done that it should hear.
  if (trail !== undefined) memory.untold();
  const intent = memory.begun();
  if (intent === undefined) return;
  if (!isOf(intent, options.subject)) {
    throw new RemediationRefusedError(
      [
        `an apply of ${intent.environment}, stack ${intent.stack}, workspace ${intent.workspace} was cut off, and nobody has found out what became of it yet`,
      ],
      'Plan that one first, which finds out, or plan this one into another folder, by --plans.',
    );
  }
  const plans = await lookAfter(options.work);
  const settled = (await isUntouched(options, { intent, plans }))
    ? dropped(options, intent)
    : conclude(options, intent, { plans });
  options.onSettled?.(settled);
};

/**
 * Ends an apply of which nothing shows that it had begun. Its plan is not applied either: who is told of it expects a new one. The trail
 * hears of it, since AWS may have been asked for something that no state says.
 */
const dropped = (ports: Pick<Settling, 'memory' | 'trail'>, intent: ApplyIntent): SettledApply => {
  const settled = { intent, outcome: 'untouched', remaining: intent.resources } as const;
  end(ports, settled);
  return settled;
};
