import { FlaghoistError } from '@flaghoist/core/errors';

/** What was asked for is not done, and nothing was begun. */
export class WavesRefusedError extends FlaghoistError {
  readonly code = 'FH_WAVES_REFUSED';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[], hint: string) {
    super(reasons.join('\n'), { hint, retryable: false });
    this.reasons = reasons;
  }
}

/** The plans that were saved are not what an apply would do now. */
export class WavesOutdatedError extends FlaghoistError {
  readonly code = 'FH_WAVES_OUTDATED';

  constructor(what: string) {
    super(what, {
      hint: 'Run hoist waves plan again, look at what it shows, and apply that. What is done stays done.',
      retryable: false,
    });
  }
}

/** Somebody else works on the same state. */
export class WavesLockedError extends FlaghoistError {
  readonly code = 'FH_WAVES_LOCKED';

  constructor(what: string, holder: string) {
    super(`${what} is locked: ${holder}`, {
      hint: 'Wait for the other run to end. When there is none, "terraform force-unlock" with that id, in the workspace named above, releases what it left.',
      retryable: true,
    });
  }
}

/** Somebody else works in the same folder of plans. */
export class PlansLockedError extends FlaghoistError {
  readonly code = 'FH_PLANS_LOCKED';

  constructor(folder: string, holder: string) {
    super(`${folder} is locked: ${holder} works there`, {
      hint: 'Wait for it to end, then run the same again. A lock whose process has ended is taken over by itself; there is nothing to release.',
      retryable: true,
    });
  }
}

/** Terraform could not apply the plan of a part to its end. Its own words are the message. */
export class PartFailedError extends FlaghoistError {
  readonly code = 'FH_PART_FAILED';

  constructor(part: string, output: string) {
    super(`terraform apply of ${part} failed:\n${output.trim()}`, {
      hint: 'Its state says what is done. Mend the cause and run hoist waves apply again; when the sources have to change, plan first.',
      retryable: true,
    });
  }
}
