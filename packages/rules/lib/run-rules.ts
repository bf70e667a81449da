import type { Envelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import type { Fact } from './evidence.ts';
import { LazySubject } from './lazy-subject.ts';
import { Outcome } from './outcome.ts';
import { askedOf, asksChange, type Plan, planFor } from './plan.ts';
import type { AnyRule, Phase } from './rule.ts';
import { Terms } from './terms.ts';
import { inReportForm } from './violations.ts';

export interface Validation {
  /** By rule id, then by place: the same bytes give the same list everywhere. */
  readonly violations: readonly Violation[];
  /** Ids of rules that could not be judged, because what they build on is broken. Sorted. */
  readonly skipped: readonly string[];
}

/** Whether the change must be stopped. Warnings do not stop it. */
export const refuses = ({ violations }: Validation): boolean => violations.some(({ severity }) => severity === 'error');

const PASSED: Validation = { violations: [], skipped: [] };

const notAnEnvelope: Violation = {
  ruleId: 'FH-RULES-01',
  severity: 'error',
  pointer: '',
  message: 'This is not an envelope: the rules could not be run on it.',
  hint: 'Only what the validator accepted is an envelope. Write a proposal into the table `proposals`, and it makes one.',
};

/**
 * Runs those of the rules that concern an envelope and returns all violations at once. Rules come after those they build
 * on. Never throws: a rule that does is itself a violation, `FH-RULES-01`.
 */
export const runRules = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Validation => {
  try {
    return judge(planFor(rules, envelope, phases), new LazySubject(envelope));
  } catch {
    return { violations: [notAnEnvelope], skipped: rules.map(({ id }) => id).sort() };
  }
};

const judge = (plan: Plan, subject: LazySubject): Validation => {
  const missing = missingFacts(plan, subject);
  if (missing.length === 0 && passes(plan, subject)) return PASSED;
  const terms = new Terms(subject.envelope);
  const outcome = new Outcome(plan, missing, terms);
  let place = 0;
  for (const rule of plan.rules) {
    if (!outcome.skips(place, rule)) check(place, rule, subject, outcome);
    place += 1;
  }
  // A waiver is judged when a change is accepted, and nowhere else.
  const notices = asksChange(plan) ? terms.notices() : [];
  return { violations: inReportForm([...outcome.violations, ...notices]), skipped: outcome.skipped.sort() };
};

/**
 * Whether nothing is wrong. Nearly every envelope passes, and then nothing has to be written down. At the first finding
 * everything is judged again, and written down.
 */
const passes = (plan: Plan, subject: LazySubject): boolean => {
  try {
    const asked = askedOf(plan, subject.parts);
    for (let place = 0; place < asked.length; place += 1) {
      subject.refill();
      if (asked[place]?.check(subject).length !== 0) return false;
    }
    return true;
  } catch {
    return false;
  }
};

const check = (place: number, rule: AnyRule, subject: LazySubject, outcome: Outcome): void => {
  try {
    subject.refill();
    const findings = rule.check(subject);
    if (findings.length > 0) outcome.found(place, rule, subject.placed(findings));
  } catch (error) {
    outcome.failed(place, error);
  }
};

const allThere: readonly Fact[] = [];

/** The facts that are missing. Reads all of them here, because nearly every envelope has them. */
const missingFacts = ({ facts }: Plan, subject: LazySubject): readonly Fact[] => {
  let missing: Fact[] | undefined;
  for (const fact of facts) {
    if (subject.read(fact)) continue;
    missing ??= [];
    missing.push(fact);
  }
  return missing ?? allThere;
};
