import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { Looked } from '@flaghoist/drift/looked';
import type { Plan } from '@flaghoist/plan-reading/plan';
import type { ApplyIntent } from './apply-intent.ts';
import type { Attempts } from './attempts.ts';
import type { Dependencies } from './brought-along.ts';
import type { RemediationRecord } from './record.ts';

/** Which state it is. */
export interface StateMark {
  readonly lineage: string;
  readonly serial: number;
}

/** What Terraform does for a remediation, in one workspace of a stack. */
export interface RemediationWork {
  /** Two plans of everything, without a lock. */
  readonly look: () => Promise<Looked>;
  readonly mark: () => Promise<StateMark>;
  /** What each resource of the configuration depends on. */
  readonly dependencies: () => Promise<Dependencies>;
  /**
   * Saves a plan of these resources, and what they need, and what it has read otherwise than the state has it.
   * @returns the plan, and the SHA-256 of what was saved
   */
  readonly plan: (addresses: readonly string[]) => Promise<{ readonly plan: Plan; readonly sha256: string }>;
  /** The SHA-256 of what was saved as it lies there now; `undefined` when there is no plan. */
  readonly saved: () => string | undefined;
  /**
   * Applies exactly the saved plan, under the state's own lock.
   * @param sha256 of what was saved, as it was shown
   * @throws {RemediationLockedError} when somebody else holds it; nothing was begun
   * @throws {RemediationOutdatedError} when somebody has written it since the plan, or saved another plan; nothing was begun
   * @throws {TerraformFailedError}
   */
  readonly apply: (sha256: string) => Promise<void>;
  /**
   * What an apply of the saved plan wrote down that it has read, and not mended, is recorded again as it was before, so that the next
   * look finds it. Done a second time it does nothing.
   * @throws {RemediationLockedError} when somebody else holds the state
   * @throws {TerraformFailedError}
   */
  readonly recordAgain: () => Promise<void>;
}

/** What is kept between a plan and its apply, and from one attempt to the next. */
export interface RemediationMemory {
  readonly record: () => RemediationRecord | undefined;
  readonly keep: (record: RemediationRecord) => void;
  /** A plan is applied once. */
  readonly forget: () => void;
  readonly attempts: () => Attempts;
  readonly count: (attempts: Attempts) => void;
  /** Writes down what is being applied, before anything is: who is killed then can say nothing any more. */
  readonly begin: (intent: ApplyIntent) => void;
  /** The apply that has begun and not ended. */
  readonly begun: () => ApplyIntent | undefined;
  readonly end: () => void;
  /** What the audit trail was to hear and has not heard, the oldest first. It outlives plans. */
  readonly untold: () => readonly FlaghoistEvent[];
  readonly keepUntold: (events: readonly FlaghoistEvent[]) => void;
  /**
   * Resolves once all of it outlives this process, and this machine where it must. Whoever finds a part of it there finds nothing taken
   * away whose place something else that is not there yet was to take.
   */
  readonly stored: () => Promise<void>;
}

/** The audit trail, where there is one that is told. */
export interface Trail {
  /** Its home region. */
  readonly region: string;
}
