import type { Looked } from '@flaghoist/drift/looked';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import type { ListedPerson } from '@flaghoist/rules/directory';
import { isOfTheFuture, isTooOld } from './age.ts';
import { givenUp, stillDrifting } from './attempts.ts';
import { NoPlanError, RemediationLockedError, RemediationOutdatedError, RemediationRefusedError } from './errors.ts';
import { type Approval, approverOf, firstApprover, needOf } from './need.ts';
import type { RemediationMemory, RemediationWork } from './ports.ts';
import { digestOf, isOf, type RemediationRecord, type RemediationSubject } from './record.ts';
import { countApply, settleApply } from './settle-apply.ts';
import { verdictsOf } from './verdict.ts';

export interface ApplyOptions {
  readonly work: RemediationWork;
  readonly memory: RemediationMemory;
  readonly subject: RemediationSubject;
  readonly policy: RemediationPolicy;
  readonly people: readonly ListedPerson[];
  /** As AWS names who calls. */
  readonly appliedBy: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The digest that the caller has read; `undefined` where nobody approves. */
  readonly approves: string | undefined;
  /** What others have approved beforehand, where they do not apply it themselves. */
  readonly approvals?: readonly Approval[] | undefined;
}

export interface AppliedRemediation {
  /** `escalated`: as many attempts as the policy allows, and it drifts still. */
  readonly outcome: 'mended' | 'not-mended' | 'escalated';
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
  const { work, memory, policy, at } = options;
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
  const approver = approved(options, record, digest);
  const state = await work.mark();
  if (state.lineage !== record.state.lineage || state.serial !== record.state.serial) {
    throw new RemediationOutdatedError(
      `the plan was made on serial ${record.state.serial} of the state, which is at ${state.serial} by now`,
    );
  }
  const addresses = record.mends.map(({ address }) => address);
  let failure: string | null = null;
  memory.begin();
  try {
    await work.apply();
  } catch (error) {
    if (error instanceof RemediationLockedError) {
      memory.end();
      throw error;
    }
    failure = error instanceof Error ? error.message : String(error);
  }
  /** Nobody knows how it is: the next plan records what this one has not, and begins with a look. */
  const unknown = (error: unknown): AppliedRemediation => {
    const failures = [...(failure === null ? [] : [failure]), error instanceof Error ? error.message : String(error)];
    return { outcome: 'not-mended', record, digest, approver, remaining: addresses, failure: failures.join('\n') };
  };
  try {
    await work.recordAgain();
  } catch (error) {
    return unknown(error);
  }
  countApply(memory);
  const attempts = memory.attempts();
  let after: Looked;
  try {
    after = await work.look();
  } catch (error) {
    return unknown(error);
  }
  const drifting = verdictsOf(after.plans).map(({ address }) => address);
  const unread = after.unread.map(({ address }) => address);
  const remaining = addresses.filter((address) => drifting.includes(address) || unread.includes(address));
  if (after.finished && unread.length === 0) memory.count(stillDrifting(attempts, drifting));
  const isMended = failure === null && remaining.length === 0 && after.finished;
  const isGivenUp = givenUp(attempts, policy.attempts).some((address) => addresses.includes(address));
  const outcome = isMended ? 'mended' : isGivenUp ? 'escalated' : 'not-mended';
  return { outcome, record, digest, approver, remaining, failure };
};

const recordOf = ({ work, memory, subject }: ApplyOptions): RemediationRecord => {
  const record = memory.record();
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
  if (sha256 !== record.planSha256) throw new RemediationOutdatedError('the saved plan is not the one that was shown');
  return record;
};

/** By the policy of now: one that has become stricter since the plan holds. */
const approved = (
  { policy, people, appliedBy, approves, approvals }: ApplyOptions,
  record: RemediationRecord,
  digest: string,
): string | null => {
  const now = needOf(
    policy,
    record.mends.map(({ remedy }) => remedy),
  );
  if (approves !== undefined) {
    return approverOf({ digest: approves, principal: appliedBy }, { digest, plannedBy: record.plannedBy }, people);
  }
  if (now === 'auto' && record.need === 'auto') return null;
  if (approvals !== undefined) return firstApprover(approvals, { digest, plannedBy: record.plannedBy }, people);
  throw new RemediationRefusedError(
    ['the policy asks for a word before this is applied (fleet/remediation.json)'],
    `Another person with the scope remediate reads the plan, and runs the same with --approve ${digest}.`,
  );
};
