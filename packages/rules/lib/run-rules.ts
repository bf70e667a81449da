import type { Envelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import { type Fact, type Facts, readFact } from './evidence.ts';
import { type MoneyValues, moneyValuesOf } from './money/values.ts';
import type { AnyRule, Finding, Phase, Subject } from './rule.ts';
import { STEPS_PER_RULE, StepBudgetExceeded } from './step-budget.ts';
import { type Survey, surveyOf } from './survey.ts';
import { type Targeting, targetingOf } from './targeting/targeting.ts';
import { type Text, textsOf } from './texts.ts';
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

/** A subject of which each part is made at the first rule that looks at it. */
class LazySubject implements Subject<Fact> {
  readonly envelope: Envelope;
  readonly #facts: Partial<Record<Fact, unknown>> = {};
  #steps = 0;
  #survey: Survey | undefined;
  #targeting: Targeting | undefined;
  #texts: readonly Text[] | undefined;
  #money: MoneyValues | undefined;

  constructor(envelope: Envelope) {
    this.envelope = envelope;
  }

  /** Rules read only the facts they declare in `needs`, and are not run without those: the rest may be missing. */
  get facts(): Facts {
    return this.#facts as Facts;
  }

  /** Whether a fact is there, in a form that is known. */
  has(fact: Fact): boolean {
    if (!Object.hasOwn(this.#facts, fact)) this.#facts[fact] = readFact(this.envelope.evidence, fact);
    return this.#facts[fact] !== undefined;
  }

  get document(): Envelope['document'] {
    return this.envelope.document;
  }

  get survey(): Survey {
    this.#survey ??= surveyOf(this.envelope);
    return this.#survey;
  }

  get targeting(): Targeting {
    this.#targeting ??= targetingOf(this.envelope.document, this.envelope.source);
    return this.#targeting;
  }

  get texts(): readonly Text[] {
    this.#texts ??= textsOf(this.envelope);
    return this.#texts;
  }

  get money(): MoneyValues {
    this.#money ??= moneyValuesOf(this.envelope.document);
    return this.#money;
  }

  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > STEPS_PER_RULE) throw new StepBudgetExceeded();
  }

  refill(): void {
    this.#steps = 0;
  }
}

const notAnEnvelope: Violation = {
  ruleId: 'FH-RULES-01',
  severity: 'error',
  pointer: '',
  message: 'This is not an envelope: the rules could not be run on it.',
  hint: 'Only what the validator accepted is an envelope; propose the change through hoist.',
};

const applies = (rule: AnyRule, { kind, rulesVersion }: Envelope, phases: readonly Phase[]): boolean =>
  phases.includes(rule.phase) &&
  (rule.appliesTo === 'all' || rule.appliesTo.includes(kind)) &&
  !(rule.since > rulesVersion);

/** What is wrong with judging itself, not with the flag. */
const engineFinding = (rule: AnyRule, error: unknown): Violation => {
  const overBudget = error instanceof StepBudgetExceeded;
  return {
    ruleId: overBudget ? 'FH-RULES-02' : 'FH-RULES-01',
    severity: 'error',
    pointer: '',
    message: `${rule.id} ${overBudget ? `took ${error.message}` : 'could not be judged: it failed itself'}.`,
    hint: overBudget
      ? 'Make the document simpler.'
      : 'Report this with the change id to the owners of the rules; the change cannot be accepted until it is mended.',
  };
};

const missingFact = (fact: Fact): Violation => ({
  ruleId: 'FH-RULES-03',
  severity: 'error',
  pointer: `/evidence/${fact}`,
  message: `The evidence lacks the fact ${fact}, or has it in a form that is not known.`,
  hint: 'Only the validator seals evidence; propose the change through hoist.',
});

/** Notes the facts that a rule needs and the evidence does not have. */
const lacksFacts = ({ needs }: AnyRule, subject: LazySubject, missing: Set<Fact>): boolean => {
  let lacks = false;
  for (const fact of needs) {
    if (subject.has(fact)) continue;
    missing.add(fact);
    lacks = true;
  }
  return lacks;
};

const buildsOn = ({ after }: AnyRule, broken: ReadonlySet<string>): boolean =>
  broken.size > 0 && after.some((id) => broken.has(id));

const check = (rule: AnyRule, subject: LazySubject): readonly Violation[] => {
  try {
    subject.refill();
    const findings = rule.check(subject);
    return findings.length === 0 ? [] : findings.map((finding: Finding) => ({ ...label(rule), ...finding }));
  } catch (error) {
    return [engineFinding(rule, error)];
  }
};

const label = ({ id, severity }: AnyRule): Pick<Violation, 'ruleId' | 'severity'> => ({ ruleId: id, severity });

/**
 * Runs those of the rules that concern an envelope and returns all violations at once. Rules come after those they build
 * on. Never throws: a rule that does is itself a violation, `FH-RULES-01`.
 */
export const runRules = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Validation => {
  try {
    return judge(rules, envelope, phases);
  } catch {
    return { violations: [notAnEnvelope], skipped: rules.map(({ id }) => id).sort() };
  }
};

const judge = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Validation => {
  const subject = new LazySubject(envelope);
  const violations: Violation[] = [];
  const skipped: string[] = [];
  const broken = new Set<string>();
  const missing = new Set<Fact>();

  for (const rule of rules) {
    if (!applies(rule, envelope, phases)) continue;
    if (lacksFacts(rule, subject, missing) || buildsOn(rule, broken)) {
      skipped.push(rule.id);
      broken.add(rule.id);
      continue;
    }
    const found = check(rule, subject);
    if (found.length === 0) continue;
    violations.push(...found);
    broken.add(rule.id);
  }
  for (const fact of missing) violations.push(missingFact(fact));
  if (violations.length === 0) return PASSED;
  return { violations: inReportForm(violations), skipped: skipped.sort() };
};
