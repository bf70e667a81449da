import type { Violation } from '@flaghoist/core/proposal';
import type { Fact } from './evidence.ts';
import type { Plan } from './plan.ts';
import type { AnyRule, Finding } from './rule.ts';
import { StepBudgetExceeded } from './step-budget.ts';
import type { Terms } from './terms.ts';

/** What is found while the rules of a plan are asked. */
export class Outcome {
  readonly violations: Violation[] = [];
  readonly skipped: string[] = [];
  readonly #plan: Plan;
  readonly #missing: readonly Fact[];
  readonly #terms: Terms;
  /** By their place in the plan: rules that are broken, or could not be judged. */
  readonly #broken: Uint8Array;

  constructor(plan: Plan, missing: readonly Fact[], terms: Terms) {
    this.#plan = plan;
    this.#missing = missing;
    this.#terms = terms;
    this.#broken = new Uint8Array(plan.rules.length);
    for (const fact of missing) this.violations.push(missingFact(fact));
  }

  /** Skips a rule that lacks a fact, or builds on a rule that is broken; then `true`. */
  skips(place: number, { id, needs }: AnyRule): boolean {
    const lacksFact = this.#missing.length > 0 && needs.some((fact) => this.#missing.includes(fact));
    if (!lacksFact && !this.#buildsOnBroken(place)) return false;
    this.skipped.push(id);
    this.#broken[place] = 1;
    return true;
  }

  #buildsOnBroken(place: number): boolean {
    const after = this.#plan.after[place];
    if (after === undefined) return false;
    for (const earlier of after) if (this.#broken[earlier] === 1) return true;
    return false;
  }

  found(place: number, rule: AnyRule, findings: readonly Finding[]): void {
    const violations = this.#terms.violations(rule, findings);
    this.violations.push(...violations);
    // What is waived, or only warned of, hides nothing that builds on it.
    if (violations.some(({ severity }) => severity === 'error')) this.#broken[place] = 1;
  }

  /** The rule at this place threw. */
  failed(place: number, error: unknown): void {
    this.violations.push(engineFinding(this.#plan.rules[place]?.id ?? 'A rule', error));
    this.#broken[place] = 1;
  }
}

/** What is wrong with judging itself, not with the flag. */
const engineFinding = (id: string, error: unknown): Violation => {
  const overBudget = error instanceof StepBudgetExceeded;
  return {
    ruleId: overBudget ? 'FH-RULES-02' : 'FH-RULES-01',
    severity: 'error',
    pointer: '',
    message: `${id} ${overBudget ? `took ${error.message}` : 'could not be judged: it failed itself'}.`,
    hint: overBudget
      ? error.hint
      : 'Report this with the change id to the owners of the rules; the change cannot be accepted until it is mended.',
  };
};

const missingFact = (fact: Fact): Violation => ({
  ruleId: 'FH-RULES-03',
  severity: 'error',
  pointer: `/evidence/${fact}`,
  message: `The evidence lacks the fact ${fact}, or has it in a form that is not known.`,
  hint: 'Only the validator seals evidence. Write a proposal into the table `proposals` instead.',
});
