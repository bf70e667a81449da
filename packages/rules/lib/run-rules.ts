import type { Envelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import { type Fact, type Facts, readFact } from './evidence.ts';
import { type MoneyValues, moneyValuesOf } from './money/values.ts';
import type { AnyRule, Finding, Phase, Subject } from './rule.ts';
import { STEPS_PER_RULE, StepBudgetExceeded } from './step-budget.ts';
import { type Survey, surveyOf } from './survey.ts';
import { type Targeting, targetingOf } from './targeting/targeting.ts';
import { type Texts, textsOf } from './texts.ts';
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
  #texts: Texts | undefined;
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

  get texts(): Texts {
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

/** Which rules concern the envelopes of a kind and version, and the facts that they need. */
interface Plan {
  readonly kind: unknown;
  readonly rulesVersion: unknown;
  readonly phases: number;
  readonly rules: readonly AnyRule[];
  readonly facts: readonly Fact[];
}

const applies = (rule: AnyRule, { kind, rulesVersion }: Envelope, phases: readonly Phase[]): boolean =>
  phases.includes(rule.phase) &&
  (rule.appliesTo === 'all' || rule.appliesTo.includes(kind)) &&
  !(rule.since > rulesVersion);

/** All of one shape: V8 finds the members of objects that were made in different ways only by searching. */
const uniform = ({
  id,
  title,
  rationale,
  severity,
  appliesTo,
  phase,
  since,
  needs,
  after,
  check,
}: AnyRule): AnyRule => ({ id, title, rationale, severity, appliesTo, phase, since, needs, after, check });

const makePlan = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Plan => {
  const { kind, rulesVersion } = envelope;
  const concerned = rules.filter((rule) => applies(rule, envelope, phases)).map(uniform);
  const facts = [...new Set(concerned.flatMap(({ needs }) => needs))];
  return { kind, rulesVersion, phases: maskOf(phases), rules: concerned, facts };
};

const maskOf = (phases: readonly Phase[]): number =>
  (phases.includes('change') ? 1 : 0) + (phases.includes('standing') ? 2 : 0);

/** By list of rules: there are two lists, a few kinds and, in a life, a few versions. */
const plans = new WeakMap<readonly AnyRule[], Plan[]>();
/** What only looks like an envelope may name any kind and version. */
const MAX_PLANS = 32;

/** Looked up, because to ask each rule whether it applies takes as long as to ask the rule itself. */
const planFor = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Plan => {
  let known = plans.get(rules);
  if (known === undefined) {
    known = [];
    plans.set(rules, known);
  }
  const { kind, rulesVersion } = envelope;
  const mask = maskOf(phases);
  for (const plan of known) {
    if (plan.kind === kind && plan.rulesVersion === rulesVersion && plan.phases === mask) return plan;
  }
  if (known.length === MAX_PLANS) known.length = 0;
  const plan = makePlan(rules, envelope, phases);
  known.push(plan);
  return plan;
};

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

/** The facts that are not there. All of them are read now, since nearly every envelope has them. */
const missingFacts = ({ facts }: Plan, subject: LazySubject): ReadonlySet<Fact> => {
  const missing = new Set<Fact>();
  for (const fact of facts) if (!subject.has(fact)) missing.add(fact);
  return missing;
};

const lacksFacts = ({ needs }: AnyRule, missing: ReadonlySet<Fact>): boolean =>
  missing.size > 0 && needs.some((fact) => missing.has(fact));

const buildsOn = ({ after }: AnyRule, broken: ReadonlySet<string>): boolean =>
  broken.size > 0 && after.some((id) => broken.has(id));

const none: readonly Violation[] = [];

const check = (rule: AnyRule, subject: LazySubject): readonly Violation[] => {
  try {
    subject.refill();
    const findings = rule.check(subject);
    return findings.length === 0 ? none : findings.map((finding) => labelled(rule, finding));
  } catch (error) {
    return [engineFinding(rule, error)];
  }
};

const labelled = ({ id, severity }: AnyRule, { pointer, message, hint }: Finding): Violation => ({
  ruleId: id,
  severity,
  pointer,
  message,
  hint,
});

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
  const plan = planFor(rules, envelope, phases);
  const missing = missingFacts(plan, subject);
  const violations: Violation[] = [];
  const skipped: string[] = [];
  const broken = new Set<string>();

  for (const rule of plan.rules) {
    if (lacksFacts(rule, missing) || buildsOn(rule, broken)) {
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
