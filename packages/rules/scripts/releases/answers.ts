import { isDeepStrictEqual } from 'node:util';
import type { Envelope, UnsealedEnvelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import { type Examples, exampleBase, type Patch, patched } from '../../lib/examples/envelope.ts';
import type { AnyRule, Phase } from '../../lib/rule.ts';
import { runRules } from '../../lib/run-rules.ts';
import type { Release } from './files.ts';

/** An example of a release, as an envelope that was accepted under a version. */
export interface FrozenExample {
  readonly name: string;
  under(version: number): Envelope;
}

/** The examples of these releases; of those with one name the newest. */
export const frozenExamples = (releases: readonly Release[]): readonly FrozenExample[] => {
  const byName = new Map<string, FrozenExample>();
  for (const { version, base, examples } of releases) {
    for (const [name, patch] of Object.entries(examples)) {
      byName.set(name, { name, under: (wanted) => envelopeOf(base, patch, wanted - version) });
    }
  }
  return [...byName.values()];
};

// Examples are wrong on purpose, so no schema of an envelope fits what was read.
const envelopeOf = (base: object, patch: object, versionsLater: number): Envelope =>
  patched(later(base, versionsLater) as UnsealedEnvelope, later(patch, versionsLater) as Patch);

const later = (part: object, versions: number): object =>
  'rulesVersion' in part ? { ...part, rulesVersion: Number(part.rulesVersion) + versions } : part;

type Severity = Violation['severity'];

/** How rules answer to an example. */
export interface Answer {
  /** By the ids of the rules that it breaks, how severely. A rule that fails itself, or that lacks a fact, refuses. */
  readonly broken: ReadonlyMap<string, Severity>;
  /** The ids of the rules that did not answer, because what they build on is broken. */
  readonly skipped: readonly string[];
}

const answerOf = (rules: readonly AnyRule[], envelope: Envelope, phases: readonly Phase[]): Answer => {
  const { violations, skipped } = runRules(rules, envelope, phases);
  const lacking = (fact: string): readonly string[] =>
    rules.filter(({ id, needs }) => skipped.includes(id) && needs.some((need) => need === fact)).map(({ id }) => id);
  const broken = new Map<string, Severity>();
  for (const { ruleId, severity, pointer, message } of violations) {
    if (!ruleId.startsWith('FH-RULES-')) broken.set(ruleId, severity);
    else if (ruleId === 'FH-RULES-03')
      for (const id of lacking(pointer.replace('/evidence/', ''))) broken.set(id, severity);
    else for (const id of message.match(/^FH-[A-Z]+-\d\d/) ?? []) broken.set(id, severity);
  }
  return { broken, skipped: skipped.filter((id) => !broken.has(id)) };
};

/** By the name of the example, what it breaks when it was accepted under a version. */
export const answersOf = (
  rules: readonly AnyRule[],
  examples: readonly FrozenExample[],
  version: number,
  phases: readonly Phase[],
): ReadonlyMap<string, Answer> =>
  new Map(examples.map(({ name, under }) => [name, answerOf(rules, under(version), phases)]));

/** What a release of these rules holds. */
export const releaseOf = (
  version: number,
  rules: readonly AnyRule[],
  examples: Examples,
  earlier: readonly Release[],
): Release => {
  const base = { ...exampleBase, rulesVersion: version };
  const known = new Map(frozenExamples(earlier).map(({ name, under }) => [name, under(version)]));
  const added = Object.entries(examples)
    .flatMap(([id, { failing, passing }]): [string, Patch][] => [
      [`${id}, failing`, failing],
      [`${id}, passing`, passing],
    ])
    .filter(([name, patch]) => !isDeepStrictEqual(known.get(name), patched(base, patch)));
  const release: Release = {
    version,
    rules: {},
    base,
    examples: Object.fromEntries(added.map(([name, patch]) => [name, { ...patch }])),
  };
  const answers = [...answersOf(rules, frozenExamples([...earlier, release]), version, ['change', 'standing'])];
  const released = rules
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, since, phase, severity, appliesTo }): [string, Release['rules'][string]] => {
      const brokenBy = answers.filter(([, { broken }]) => broken.has(id)).map(([name]) => name);
      return [id, { since, phase, severity, appliesTo: appliesTo === 'all' ? appliesTo : [...appliesTo], brokenBy }];
    });
  return { ...release, rules: Object.fromEntries(released) };
};
