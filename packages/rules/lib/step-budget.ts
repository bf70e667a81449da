import { FlaghoistError } from '@flaghoist/core/errors';

/** Steps that one rule may take. Counted, not timed, so that every machine stops at the same place. */
export const STEPS_PER_RULE = 200_000;

/** Thrown inside a rule whose work has no end in sight; the runner makes a violation of it. */
export class StepBudgetExceeded extends FlaghoistError {
  readonly code = 'FH_STEP_BUDGET_EXCEEDED';

  constructor() {
    super(`more than ${STEPS_PER_RULE} steps`, { hint: 'Make the document simpler.', retryable: false });
  }
}
