import type { Envelope } from '@flaghoist/core/envelope';
import type { Fact } from './evidence.ts';
import type { AnyRule, Part, Phase } from './rule.ts';

/** Which rules concern the envelopes of a kind and version, and the facts that they need. */
export interface Plan {
  readonly kind: unknown;
  readonly rulesVersion: unknown;
  readonly phases: number;
  readonly rules: readonly AnyRule[];
  readonly facts: readonly Fact[];
  /** The rules that are asked of a flag with certain parts, by the sum of their bits. */
  readonly asked: Map<number, readonly AnyRule[]>;
  /** For each rule, the places in `rules` of those it comes after. */
  readonly after: readonly (readonly number[])[];
}

export const partBit = {
  booleans: 1,
  texts: 2,
  'nested values': 4,
  metadata: 8,
  targeting: 16,
  strangers: 32,
  prerequisites: 64,
  audience: 128,
  ticket: 256,
} as const satisfies Readonly<Record<Part, number>>;

/** Those of a plan's rules that may find something in a flag with these parts: a sum of their bits. */
export const askedOf = ({ asked, rules }: Plan, parts: number): readonly AnyRule[] => {
  const known = asked.get(parts);
  if (known !== undefined) return known;
  const found = rules.filter(({ about }) => about === undefined || (partBit[about] & parts) !== 0);
  asked.set(parts, found);
  return found;
};

const maskOf = (phases: readonly Phase[]): number =>
  (phases.includes('change') ? 1 : 0) + (phases.includes('standing') ? 2 : 0);

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
  about,
  check,
}: AnyRule): AnyRule => ({
  id,
  title,
  rationale,
  severity,
  appliesTo,
  phase,
  since,
  needs,
  after,
  ...(about === undefined ? {} : { about }),
  check,
});

const makePlan = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Plan => {
  const { kind, rulesVersion } = envelope;
  const concerned = rules.filter((rule) => applies(rule, envelope, phases)).map(uniform);
  return {
    kind,
    rulesVersion,
    phases: maskOf(phases),
    rules: concerned,
    facts: [...new Set(concerned.flatMap(({ needs }) => needs))],
    asked: new Map(),
    after: concerned.map(({ after }) => concerned.flatMap(({ id }, place) => (after.includes(id) ? [place] : []))),
  };
};

/** By list of rules: there are two lists, a few kinds and, in a life, a few versions. */
const plans = new WeakMap<readonly AnyRule[], Plan[]>();
/** What only looks like an envelope may name any kind and version. */
const MAX_PLANS = 32;

/** Looked up, because to ask each rule whether it applies takes as long as to ask the rule itself. */
export const planFor = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Plan => {
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
