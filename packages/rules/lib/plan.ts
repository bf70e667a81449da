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

/** Whether rules of the phase `change` are among those that are asked. */
export const asksChange = ({ phases }: Pick<Plan, 'phases'>): boolean => (phases & maskOf(['change'])) !== 0;

const applies = (rule: AnyRule, { kind, rulesVersion }: Envelope, phases: readonly Phase[]): boolean =>
  phases.includes(rule.phase) &&
  (rule.appliesTo === 'all' || rule.appliesTo.includes(kind)) &&
  !(rule.since > rulesVersion);

/**
 * A rule as it judges envelopes of this version. All are of one shape: V8 finds the members of objects that were made in
 * different ways only by searching.
 */
const uniform = (
  {
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
    changed,
    protocol,
    unwaivable,
    check,
  }: AnyRule,
  rulesVersion: number,
): AnyRule => ({
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
  ...(protocol === undefined ? {} : { protocol }),
  ...(unwaivable === undefined ? {} : { unwaivable }),
  check: changed?.before !== undefined && rulesVersion < changed.version ? changed.before : check,
});

/** Each rule after those it builds on, whatever the order of the list. */
const inOrder = (rules: readonly AnyRule[]): readonly AnyRule[] => {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const placed = new Set<AnyRule>();
  const place = (rule: AnyRule): void => {
    if (placed.has(rule)) return;
    for (const id of rule.after) {
      const earlier = byId.get(id);
      if (earlier !== undefined) place(earlier);
    }
    placed.add(rule);
  };
  for (const rule of rules) place(rule);
  return [...placed];
};

const makePlan = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Plan => {
  const { kind, rulesVersion } = envelope;
  const concerned = inOrder(rules.filter((rule) => applies(rule, envelope, phases))).map((rule) =>
    uniform(rule, rulesVersion),
  );
  const places = new Map(concerned.map(({ id }, place) => [id, place]));
  return {
    kind,
    rulesVersion,
    phases: maskOf(phases),
    rules: concerned,
    facts: [...new Set(concerned.flatMap(({ needs }) => needs))],
    asked: new Map(),
    after: concerned.map(({ after }) => after.flatMap((id) => places.get(id) ?? [])),
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
