import { isDeepStrictEqual } from 'node:util';
import { changeKinds } from '@flaghoist/core/change';
import type { AnyRule } from '../../lib/rule.ts';
import { type Answer, answersOf, frozenExamples } from './answers.ts';
import type { Release, ReleasedRule, Retired } from './files.ts';

interface Judged {
  readonly rules: readonly AnyRule[];
  /** The `RULES_VERSION` of these rules. */
  readonly version: number;
  /** The oldest first; one at least. */
  readonly releases: readonly Release[];
  readonly retired: Retired;
}

/**
 * Why these rules may not follow the releases there are: a sentence for each fault, with the rule it is about and what to
 * do. Empty when they may.
 */
export const releaseFaults = (judged: Judged): readonly string[] => [
  ...judged.rules.flatMap((rule) => idFaults(rule, judged)),
  ...goneFaults(judged),
  ...changeFaults(judged),
  ...judged.releases.flatMap((release, index) =>
    release.version < judged.version ? promiseFaults(release, judged.releases.slice(0, index + 1), judged.rules) : [],
  ),
];

const newest = ({ releases }: Judged): Release => {
  const last = releases.at(-1);
  if (last === undefined) throw new TypeError('releases/ has no release to compare with.');
  return last;
};

const releasedIn = (id: string, { releases }: Judged): readonly Release[] =>
  releases.filter(({ rules }) => Object.hasOwn(rules, id));

/** Whether an id is new, and the versions that its rule names. */
const idFaults = ({ id, since, changed }: AnyRule, judged: Judged): readonly string[] => {
  const { retired } = judged;
  const last = newest(judged);
  const next = last.version + 1;
  const [first] = releasedIn(id, judged);
  if (Object.hasOwn(retired, id) || (first !== undefined && !Object.hasOwn(last.rules, id)))
    return [`${id} was retired. Give this rule an id that no rule ever had.`];
  if (first === undefined && since !== next)
    return [
      `${id} is in no release, so it must say since: ${next}; it says ${since}. Otherwise it turns against flags that were accepted under version ${last.version}.`,
    ];
  const released = first?.rules[id];
  if (released !== undefined && since !== released.since)
    return [`${id} came with version ${released.since}, but says since: ${since}. Write since: ${released.since}.`];
  if (changed !== undefined && (changed.version <= since || changed.version > next))
    return [
      `${id} says that its answers changed in version ${changed.version}; a change that is in no release is in version ${next}.`,
    ];
  return [];
};

/** Whether every rule that is gone is said to be. */
const goneFaults = (judged: Judged): readonly string[] => {
  const last = newest(judged);
  const next = last.version + 1;
  return Object.keys(last.rules)
    .filter((id) => !judged.rules.some((rule) => rule.id === id) && judged.retired[id]?.version !== next)
    .map(
      (id) =>
        `${id} is gone. If that is meant, add "${id}": { "version": ${next}, "reason": "…" } to releases/retired.json.`,
    );
};

const kindsOf = ({ appliesTo }: Pick<AnyRule, 'appliesTo'>): readonly string[] =>
  appliesTo === 'all' ? changeKinds : appliesTo;

/** Where a rule differs from the last release without saying so. */
const changeFaults = (judged: Judged): readonly string[] => {
  const { rules, version, releases } = judged;
  const last = newest(judged);
  const next = last.version + 1;
  const answers = [...answersOf(rules, frozenExamples(releases), version, ['change', 'standing'])];
  return rules.flatMap((rule) => {
    const { id, phase } = rule;
    const released = last.rules[id];
    if (released === undefined) return [];
    const more = kindsOf(rule).filter((kind) => !kindsOf(released).includes(kind));
    if (phase === 'standing' && more.length > 0)
      return [
        `${id} now applies to ${more.join(', ')}, and would turn against flags of version ${last.version}. Give the wider rule a new id.`,
      ];
    if (rule.changed?.version === next) return [];
    return differences(rule, released, answers).map(
      (difference) =>
        `${id} ${difference}, unlike in version ${last.version}. If that is meant, say changed: { version: ${next} } in the rule and run "pnpm catalogue".`,
    );
  });
};

type Answers = readonly (readonly [example: string, answer: Answer])[];

const differences = (rule: AnyRule, released: ReleasedRule, answers: Answers): readonly string[] => {
  const brokenBy = answers.filter(([, { broken }]) => broken.has(rule.id)).map(([name]) => name);
  const skippedBy = answers.filter(([, { skipped }]) => skipped.includes(rule.id)).map(([name]) => name);
  return [
    ...named('is broken by', without(brokenBy, released.brokenBy)),
    ...named('is kept by', without(released.brokenBy, [...brokenBy, ...skippedBy])),
    ...(['phase', 'severity', 'appliesTo'] as const)
      .filter((name) => !isDeepStrictEqual(rule[name], released[name]))
      .map((name) => `has another ${name}: ${JSON.stringify(rule[name])}`),
  ];
};

const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name));

/** One sentence however many examples there are. */
const named = (what: string, [first, ...others]: readonly string[]): readonly string[] => {
  if (first === undefined) return [];
  return [`${what} the example "${first}"${others.length === 0 ? '' : ` (and ${others.length} others)`}`];
};

/** Which standing rules refuse flags of that release that they let pass then. */
const promiseFaults = (release: Release, upToIt: readonly Release[], rules: readonly AnyRule[]): readonly string[] => {
  const { version } = release;
  // One that names a newer version is no flag of this one.
  const accepted = frozenExamples(upToIt).filter(({ under }) => under(version).rulesVersion <= version);
  const answers = [...answersOf(rules, accepted, version, ['standing'])];
  return Object.entries(release.rules).flatMap(([id, then]) => {
    const refused = answers.filter(([, { broken }]) => broken.get(id) === 'error').map(([name]) => name);
    const refusedThen = then.phase === 'standing' && then.severity === 'error' ? then.brokenBy : [];
    return named('refuses', without(refused, refusedThen)).map(
      (refuses) =>
        `${id} ${refuses} that version ${version} let pass. Flags of that version are in service: keep the old answer as changed.before, or give the stricter rule a new id.`,
    );
  });
};
