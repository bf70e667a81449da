import { memberOf } from '@flaghoist/core/json';
import { commonWords, type Naming } from './common-words.ts';
import { treeOf } from './normalise-value.ts';
import { type Plan, sensitiveInputs, stateResources, variablesOf } from './plan.ts';
import type { Change } from './plan-schema.ts';
import { secretMarks } from './secret-marks.ts';
import { createMatcher } from './text-matcher.ts';
import type { Tree } from './tree.ts';

/** Shorter texts are too common to be hidden wherever they stand. */
const SHORTEST = 8;

/** A text, and its lines: a text in base64 is shown by those. */
const hiddenBy = (text: string): readonly string[] =>
  [text, ...text.split(/\r?\n/)].filter(({ length }) => length >= SHORTEST);

const textsIn = (tree: Tree, hidden: boolean, found: Set<string>): void => {
  if (tree.kind === 'scalar') {
    if (hidden && typeof tree.raw === 'string') for (const each of hiddenBy(tree.raw)) found.add(each);
  } else if (tree.kind === 'encoded') {
    if (hidden) found.add(tree.raw);
    textsIn(tree.content, hidden, found);
  } else if (tree.kind === 'sensitive' || tree.kind === 'json') {
    textsIn(tree.content, hidden || tree.kind === 'sensitive', found);
  } else if (tree.kind === 'list') {
    for (const each of tree.items) textsIn(each, hidden, found);
  } else if (tree.kind === 'map') {
    for (const each of tree.entries.values()) textsIn(each, hidden, found);
  }
};

/** All texts that are marked sensitive somewhere: a copy of one may stand where the mark got lost. */
export const secretsIn = (trees: Iterable<Tree>): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const tree of trees) textsIn(tree, false, found);
  return found;
};

/**
 * All texts that are marked sensitive in the values of some plans or states, but for words that those use everywhere.
 *
 * @param named the plans or states, for what they name
 */
export const secretsOf = (trees: readonly Tree[], named: readonly Naming[]): ReadonlySet<string> => {
  const marked = secretsIn(trees);
  const common = commonWords(marked, named, trees);
  return new Set([...marked].filter((text) => !common.has(text)));
};

/** All texts that one of the plans marks sensitive, but for words that it uses everywhere. */
export const secretsOfPlans = (plans: readonly Plan[]): ReadonlySet<string> => secretsOf(plans.flatMap(treesOf), plans);

const treesOf = (plan: Plan): readonly Tree[] => [
  ...[...plan.resource_drift, ...plan.resource_changes].flatMap(({ change }) => versionsOf(change)),
  ...Object.values(plan.output_changes).flatMap(versionsOf),
  ...stateResources(plan, 'managed').map(({ values, sensitive_values: sensitive }) => treeOf(values, { sensitive })),
  ...[...sensitiveInputs(plan.configuration?.root_module ?? {})].map((name) =>
    treeOf(memberOf(variablesOf(plan), name), { sensitive: true }),
  ),
];

/** What one version marks is as secret in the other. */
const versionsOf = (change: Change): readonly Tree[] => {
  const secret = secretMarks([change.before_sensitive, change.after_sensitive]);
  return [change.before, change.after].map((value) => treeOf(value, { sensitive: secret(value) }));
};

const matchers = new WeakMap<ReadonlySet<string>, ReturnType<typeof createMatcher>>();

/** Secrets as they are, and as JSON writes them. */
const matcherOf = (secrets: ReadonlySet<string>): ReturnType<typeof createMatcher> => {
  const known = matchers.get(secrets);
  if (known !== undefined) return known;
  const made = createMatcher([...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  matchers.set(secrets, made);
  return made;
};

/** A text without secrets, also where they stand in it as JSON writes them. The set must not change afterwards. */
export const withoutSecrets = (text: string, secrets: ReadonlySet<string>): string => {
  let result = '';
  let hiddenUpTo = 0;
  for (const { start, end } of matcherOf(secrets)(text)) {
    // Of two that overlap, both are hidden in full.
    if (start >= hiddenUpTo) {
      result += `${text.slice(hiddenUpTo, start)}(sensitive)`;
    }
    hiddenUpTo = Math.max(hiddenUpTo, end);
  }
  return result + text.slice(hiddenUpTo);
};
