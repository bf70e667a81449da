/** Steps that one rule may take. Counted, not timed, so that every machine stops at the same place. */
export const STEPS_PER_RULE = 200_000;

/** Thrown inside a rule whose work has no end in sight; the runner makes a violation of it. */
export class StepBudgetExceeded extends Error {
  constructor() {
    super(`more than ${STEPS_PER_RULE} steps`);
    this.name = 'StepBudgetExceeded';
  }
}
