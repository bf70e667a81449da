import type { TwoPlans } from '@flaghoist/drift/looked';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import type { ApplyIntent, SettledApply } from './apply-intent.ts';
import { counted, stillDrifting } from './attempts.ts';
import { RemediationRefusedError } from './errors.ts';
import { appliedEvents, isOfApply } from './events.ts';
import type { RemediationMemory, RemediationWork, Trail } from './ports.ts';
import { isOf, type RemediationSubject } from './record.ts';
import { putDown } from './telling.ts';
import { verdictsOf } from './verdict.ts';

export interface Settling {
  readonly work: Pick<RemediationWork, 'recordAgain' | 'look'>;
  readonly memory: Omit<RemediationMemory, 'keep' | 'begin' | 'stored'>;
  readonly policy: Pick<RemediationPolicy, 'attempts'>;
  readonly trail?: Trail | undefined;
}

/**
 * Records again what an apply has only read, and looks at what is there.
 *
 * @throws {RemediationRefusedError} when not all could be read, so that nobody knows what became of the apply
 * @throws {RemediationLockedError} when somebody else holds the state
 * @throws {TerraformFailedError}
 */
export const lookAfter = async (work: Settling['work']): Promise<TwoPlans> => {
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
 * second time. Done again after a kill it tells the same; it may count the attempt twice, and never leaves it out.
 *
 * @param plans of what is there after it
 * @param failed whether Terraform said that it could not apply it to its end
 */
export const conclude = (
  { memory, policy, trail }: Omit<Settling, 'work'>,
  intent: ApplyIntent,
  { plans, failed = false }: { readonly plans: TwoPlans; readonly failed?: boolean },
): SettledApply => {
  const drifting = verdictsOf(plans).map(({ address }) => address);
  const remaining = intent.resources.filter((address) => drifting.includes(address));
  const attempts = counted(memory.attempts(), intent.resources);
  const isGivenUp = remaining.some((address) => (attempts[address] ?? 0) >= policy.attempts);
  const isMended = !failed && remaining.length === 0;
  const outcome = isMended ? 'mended' : isGivenUp ? 'escalated' : 'not-mended';
  const settled: SettledApply = { intent, outcome, remaining };
  // Written down before the apply is over: whoever is killed in between finds one of the two, and tells it once.
  if (trail !== undefined && !memory.untold().some(isOfApply(intent))) putDown(memory, appliedEvents(settled, trail));
  memory.count(stillDrifting(attempts, drifting));
  memory.forget();
  memory.end();
  return settled;
};

/**
 * Whoever works with the memory first settles an apply that was killed.
 *
 * @returns what became of it; `undefined` where there was none
 * @throws {RemediationRefusedError} when it was of another stack or workspace, or not all could be read
 * @throws {RemediationLockedError} when somebody else holds the state; it is to be done still
 * @throws {TerraformFailedError}
 */
export const settleApply = async (
  options: Settling & { readonly subject: RemediationSubject },
): Promise<SettledApply | undefined> => {
  const intent = options.memory.begun();
  if (intent === undefined) return undefined;
  if (isOf(intent, options.subject)) return conclude(options, intent, { plans: await lookAfter(options.work) });
  throw new RemediationRefusedError(
    [
      `an apply of ${intent.environment}, stack ${intent.stack}, workspace ${intent.workspace} was cut off, and nobody has found out what became of it yet`,
    ],
    'Plan that one first, which finds out, or plan this one into another folder, by --plans.',
  );
};
