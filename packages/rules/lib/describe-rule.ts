import { type ChangeKind, changeKinds } from '@flaghoist/core/change';
import { isObject, own } from '@flaghoist/core/json';
import { abridged } from './abridged.ts';
import { catalogue, protocolChecks } from './catalogue.ts';
import costs from './cost-of-rules.json' with { type: 'json' };
import { type Example, exampleEnvelope, exampleEvidence, type Patch } from './examples/envelope.ts';
import { examples } from './examples/examples.ts';
import { type AnyRule, isFirm, type Phase } from './rule.ts';
import { familyOf, ruleFamilies } from './rule-families.ts';
import { phasesAtAcceptance, validate } from './validate.ts';

/** A rule as people read about it. */
export interface RuleDescription extends Pick<AnyRule, 'id' | 'title' | 'rationale' | 'severity' | 'phase' | 'since'> {
  readonly family: string;
  /** The changes that meet it when they are accepted. */
  readonly kinds: readonly ChangeKind[];
  /** The facts of the evidence that it judges by. */
  readonly needs: readonly string[];
  /** The rules without which it is not asked. */
  readonly after: readonly string[];
  /** An invariant of the protocol, which no author can break, nothing waives and nobody counts. */
  readonly protocol: boolean;
  /** Whether a waiver or a policy can make a warning of it. */
  readonly waivable: boolean;
  /** What it costs users: how many flags of a corpus it says something about. */
  readonly fires: Cost;
  /** What the failing example gets to read. */
  readonly answer: { readonly pointer: string; readonly message: string; readonly hint: string };
  /** How a flag that breaks only this rule differs from the example envelope; large values are abridged. */
  readonly failing: Readonly<Record<string, unknown>>;
  /** The same for its nearest neighbour, which breaks none. */
  readonly passing: Readonly<Record<string, unknown>>;
}

/** How many flags of each corpus a rule fires on, of how many there are; `pnpm corpora --write` measures it. */
interface Cost {
  /** Flags that a bank wants. */
  readonly legitimate: string;
  /** Flags in the manner of flagd's documentation. */
  readonly documented: string;
}

const shareIn = ({ flags, rules }: { flags: number; rules: Readonly<Record<string, number>> }, id: string): string =>
  `${rules[id] ?? 0} of ${flags}`;

const both: readonly Phase[] = ['change', 'standing'];

/** The kinds of change that a rule is asked about when they are accepted. */
const kindsOf = ({ appliesTo, phase }: Pick<AnyRule, 'appliesTo' | 'phase'>): readonly ChangeKind[] =>
  changeKinds.filter(
    (kind) => (appliesTo === 'all' || appliesTo.includes(kind)) && phasesAtAcceptance(kind).includes(phase),
  );

/** The members of `to` that `from` lacks or has with another value. */
const different = (from: Readonly<Record<string, unknown>>, to: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(to).filter(([name, value]) => !same(value, own(from, name))));

const same = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  return isObject(a) && isObject(b) && JSON.stringify(a) === JSON.stringify(b);
};

const base = exampleEnvelope();

/** The patch, reduced to the members of evidence, change and times that differ from the example envelope. */
const shown = (patch: Patch): Record<string, unknown> => {
  const { evidence, change, at, ...rest } = patch;
  return abridged({
    ...rest,
    ...(evidence === undefined ? {} : { evidence: different(exampleEvidence, evidence) }),
    ...(change === undefined ? {} : { change: different(base.change, change) }),
    ...(at === undefined ? {} : { at: different(base.at, at) }),
  }) as Record<string, unknown>;
};

const answerTo = (id: string, { failing }: Example): RuleDescription['answer'] => {
  const found = validate(exampleEnvelope(failing), both).violations.find(({ ruleId }) => ruleId === id);
  const { pointer = '', message = '', hint = '' } = found ?? {};
  return { pointer, message, hint };
};

/** @throws TypeError for a rule without examples, which the tests do not let pass */
export const describeRule = (rule: AnyRule): RuleDescription => {
  const { id, title, rationale, severity, phase, since, needs, after } = rule;
  const example = own(examples, id) as Example | undefined;
  if (example === undefined) throw new TypeError(`${id} has no examples`);
  return {
    id,
    family: familyOf(id),
    title,
    rationale,
    severity,
    phase,
    kinds: kindsOf(rule),
    since,
    needs,
    after,
    protocol: rule.protocol === true,
    waivable: !isFirm(rule),
    fires: { legitimate: shareIn(costs.legitimate, id), documented: shareIn(costs.documented, id) },
    answer: answerTo(id, example),
    failing: shown(example.failing),
    passing: shown(example.passing),
  };
};

/** The envelope in which the examples replace something; it breaks no rule. */
export const shownBase = (): Record<string, unknown> => {
  const { documentDigest: _document, envelopeDigest: _envelope, ...rest } = base;
  return rest;
};

/** The business rules by family and number, as the catalogue lists them. */
export const rulesInOrder = (): readonly AnyRule[] => inOrder(catalogue);

/** The checks of the protocol, which have a catalogue of their own. */
export const protocolInOrder = (): readonly AnyRule[] => inOrder(protocolChecks);

const inOrder = (rules: readonly AnyRule[]): readonly AnyRule[] => {
  const families = Object.keys(ruleFamilies);
  const place = ({ id }: AnyRule): string => `${String(families.indexOf(familyOf(id))).padStart(3, '0')} ${id}`;
  return rules.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
};
