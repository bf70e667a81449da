import { memberOf } from '@flaghoist/core/json';
import { treeOf } from './normalise-value.ts';
import { type Plan, sensitiveInputs, stateResources, variablesOf } from './plan.ts';
import type { Change } from './plan-schema.ts';
import { secretMarks } from './secret-marks.ts';
import type { Tree } from './tree.ts';

/** Shorter texts are too common to be hidden wherever they stand. */
const SHORTEST = 8;

const textsIn = (tree: Tree, hidden: boolean, found: Set<string>): void => {
  if (tree.kind === 'scalar') {
    if (hidden && typeof tree.raw === 'string' && tree.raw.length >= SHORTEST) found.add(tree.raw);
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

/** All texts that one of the plans marks sensitive. */
export const secretsOfPlans = (plans: readonly Plan[]): ReadonlySet<string> => secretsIn(plans.flatMap(treesOf));

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

/** A text without secrets, also where they stand in it as JSON writes them. */
export const withoutSecrets = (text: string, secrets: ReadonlySet<string>): string => {
  const forms = [...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  // The longest first: of a secret that begins with another one, the rest would stay.
  forms.sort((a, b) => b.length - a.length);
  return forms.reduce((hidden, form) => hidden.replaceAll(form, '(sensitive)'), text);
};
