import { FlaghoistError } from '@flaghoist/core/errors';
import type { Decided } from './verdict.ts';

/** Nothing is mended, and nothing was begun. */
export class RemediationRefusedError extends FlaghoistError {
  readonly code = 'FH_REMEDIATION_REFUSED';
  readonly reasons: readonly string[];
  /** What was decided of each resource, where it was refused after that. */
  readonly decided: Decided | undefined;

  constructor(reasons: readonly string[], hint: string, decided?: Decided) {
    super(reasons.join('\n'), { hint, retryable: false });
    this.reasons = reasons;
    this.decided = decided;
  }
}

/** There is no plan to apply. */
export class NoPlanError extends FlaghoistError {
  readonly code = 'FH_REMEDIATION_GONE';

  constructor() {
    super('there is no plan', {
      hint: 'Run hoist remediate with --plan first, and look at it. Where somebody else has planned and you approve, --plans names the folder that he has given you.',
      retryable: false,
    });
  }
}

/** The plan is not what an apply would do now, or would not be once it is made. */
export class RemediationOutdatedError extends FlaghoistError {
  readonly code = 'FH_REMEDIATION_OUTDATED';

  constructor(what: string) {
    super(what, {
      hint: 'Run hoist remediate again with --plan, look at what it shows, and apply that.',
      retryable: false,
    });
  }
}

/** Somebody else works on the same state. It was no attempt. */
export class RemediationLockedError extends FlaghoistError {
  readonly code = 'FH_REMEDIATION_LOCKED';

  constructor(what: string, holder: string) {
    super(`${what} is locked: ${holder}`, {
      hint: 'Wait for the other run to end, then run the same again: a plan that is saved stays, and says itself if the state has left it behind. The lock of an apply is never taken away from here.',
      retryable: true,
    });
  }
}
