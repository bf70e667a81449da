import type { TwoPlans } from '@flaghoist/drift/looked';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import { isOfTheFuture, isTooOld } from './age.ts';
import type { ApplyIntent, ConcludedApply } from './apply-intent.ts';
import { counted } from './attempts.ts';
import { NoPlanError, RemediationLockedError, RemediationOutdatedError, RemediationRefusedError } from './errors.ts';
import { unapprovedEvents } from './events.ts';
import { type Approval, approverOf, firstApprover, type Known, needOf, unasked } from './need.ts';
import type { RemediationMemory, RemediationWork, Trail } from './ports.ts';
import { digestOf, isOf, keptRecord, type RemediationRecord, type RemediationSubject } from './record.ts';
import { NOT_SHOWN } from './saved-files.ts';
import { conclude, lookAfter, type Settling, settleApply } from './settle-apply.ts';
import { putDown } from './telling.ts';

export interface ApplyOptions extends Pick<Settling, 'onSettled'> {
  readonly work: RemediationWork;
  readonly memory: RemediationMemory;
  readonly subject: RemediationSubject;
  readonly policy: RemediationPolicy;
  readonly known: Known;
  /** As AWS names who calls. */
  readonly appliedBy: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The digest that the caller has read; `undefined` where nobody approves. */
  readonly approves: string | undefined;
  /** What others have approved beforehand, where they do not apply it themselves. */
  readonly approvals?: readonly Approval[] | undefined;
  /** Where it is told; left out, nobody hears of it. */
  readonly trail?: Trail | undefined;
}

export interface AppliedRemediation {
  readonly outcome: ConcludedApply['outcome'];
  readonly record: RemediationRecord;
  readonly digest: string;
  /** Who approved, as the trail names them; `null` where the policy asks nobody. */
  readonly approver: string | null;
  /** What drifts still. */
  readonly remaining: readonly string[];
  /** Why Terraform could not apply it to its end. */
  readonly failure: string | null;
}

/**
 * Applies exactly the plan that was shown, on the state that it was made on, by the word that the policy asks for; then plans again.
 *
 * @throws RemediationOutdatedError when the saved plan or the state is another one by now
 * @throws RemediationRefusedError when the word is missing or not good
 * @throws RemediationLockedError when somebody else holds the state; it was no attempt
 */
export const applyRemediation = async (options: ApplyOptions): Promise<AppliedRemediation> => {
  const { work, subject, appliedBy, at } = options;
  await settleApply(options);
  const record = recordOf(options);
  const digest = digestOf(record);
  if (isOfTheFuture(record.plannedAt, at)) {
    throw new RemediationOutdatedError('the plan was made later than now: a clock is wrong, and its age unknown');
  }
  // The serial of the state does not move with what somebody changes outside.
  if (isTooOld(record.plannedAt, at)) {
    throw new RemediationOutdatedError('the plan is older than a day, and nobody knows what drifts by now');
  }
  const approver = approvedAndTold(options, record, digest);
  const state = await work.mark();
  if (state.lineage !== record.state.lineage || state.serial !== record.state.serial) {
    throw new RemediationOutdatedError(
      `the plan was made on serial ${record.state.serial} of the state, which is at ${state.serial} by now`,
    );
  }
  const resources = record.mends.map(({ address }) => address);
  const attempts = counted(options.memory.attempts(), resources);
  const intent: ApplyIntent = { schema: 1, ...subject, digest, resources, appliedBy, approver, at, state, attempts };
  const failure = await begun(options, intent, record);
  let plans: TwoPlans;
  try {
    plans = await lookAfter(work);
  } catch (error) {
    // Nobody knows how it is: the next run finds out first, and tells it.
    const failures = [failure, messageOf(error)].filter((each) => each !== null);
    const remaining = intent.resources;
    return { outcome: 'not-mended', record, digest, approver, remaining, failure: failures.join('\n') };
  }
  const { outcome, remaining } = conclude(options, intent, { plans, failed: failure !== null });
  return { outcome, record, digest, approver, remaining, failure };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Applies it, once that it begins is written down where it outlives this machine.
 *
 * @returns why Terraform could not apply it to its end; `null` where it could
 */
const begun = async (
  { work, memory }: ApplyOptions,
  intent: ApplyIntent,
  { planSha256 }: RemediationRecord,
): Promise<string | null> => {
  memory.begin(intent);
  try {
    await memory.stored();
  } catch (error) {
    memory.end();
    throw error;
  }
  try {
    await work.apply(planSha256);
    return null;
  } catch (error) {
    // In either case Terraform has begun nothing.
    const isUntouched = error instanceof RemediationLockedError || error instanceof RemediationOutdatedError;
    if (!isUntouched) return messageOf(error);
    memory.end();
    throw error;
  }
};

const recordOf = ({ work, memory, subject }: ApplyOptions): RemediationRecord => {
  const { record, unreadable } = keptRecord(memory);
  if (unreadable !== undefined) throw new RemediationOutdatedError(unreadable);
  const sha256 = work.saved();
  if (record === undefined || sha256 === undefined) {
    throw new NoPlanError();
  }
  const { environment, stack, workspace } = record;
  if (!isOf(record, subject)) {
    throw new RemediationRefusedError(
      [`the plan is of ${environment}, stack ${stack}, workspace ${workspace}`],
      'Plan this one into another folder, by --plans.',
    );
  }
  if (sha256 !== record.planSha256) throw new RemediationOutdatedError(NOT_SHOWN);
  return record;
};

/** An apply that was asked for by a word that is not good is told too. */
const approvedAndTold = (options: ApplyOptions, record: RemediationRecord, digest: string): string | null => {
  try {
    return approved(options, record, digest);
  } catch (error) {
    const { memory, trail, subject, at, appliedBy: actor } = options;
    if (error instanceof RemediationRefusedError && trail !== undefined) {
      putDown(memory, unapprovedEvents(record, { ...subject, ...trail, at, actor }));
    }
    throw error;
  }
};

/** By the policy of now: one that has become stricter since the plan holds. */
const approved = (
  { policy, known, appliedBy, approves, approvals }: ApplyOptions,
  record: RemediationRecord,
  digest: string,
): string | null => {
  const now = needOf(
    policy,
    record.mends.map(({ remedy }) => remedy),
  );
  if (approves !== undefined) {
    return approverOf({ digest: approves, principal: appliedBy }, { digest, plannedBy: record.plannedBy }, known);
  }
  if (now === 'auto' && record.need === 'auto') return null;
  if (approvals !== undefined) return firstApprover(approvals, { digest, plannedBy: record.plannedBy }, known);
  throw unasked({ digest, plannedBy: record.plannedBy }, known);
};
