import { isObject, memberOf } from '@flaghoist/core/json';
import type { ResourceChange, StateModule } from './plan-schema.ts';
import { createMatcher } from './text-matcher.ts';
import type { Tree } from './tree.ts';

/** Attributes by which people and AWS name a resource: what stands there unmarked is told to everybody. */
const NAMES = new Set([
  'arn',
  'availability_zone',
  'bucket',
  'cluster_identifier',
  'engine',
  'family',
  'id',
  'identifier',
  'name',
  'name_prefix',
  'region',
  'type',
]);

const REGION = /^[a-z]{2}(-[a-z]+)+-\d[a-z]?$/;
const PLAIN_WORD = /^[A-Za-z]+(?:[-_.][A-Za-z0-9]{1,12})*$/;
/** A plain word that is the value of so many different attributes, unmarked, is a word of the language that they speak. */
const KINDS = 3;

/** What names things, of a plan or of a state. */
export interface Naming {
  readonly prior_state?:
    | { readonly values?: { readonly root_module?: StateModule | undefined } | undefined }
    | undefined;
  readonly resource_changes?: readonly ResourceChange[] | undefined;
  readonly resource_drift?: readonly ResourceChange[] | undefined;
  readonly output_changes?: Readonly<Record<string, unknown>> | undefined;
}

const isWordPart = (text: string, place: number): boolean => /[A-Za-z0-9]/.test(text.charAt(place));

/** Addresses, attributes, and what resources are called. */
const namesIn = (plans: readonly Naming[]): ReadonlySet<string> => {
  const found = new Set<string>();
  const add = (address: string, values: unknown, marks: unknown): void => {
    found.add(address);
    if (!isObject(values)) return;
    // The type's own attributes, and no keys below them: somebody may have put a secret into the key of a map.
    for (const name of Object.keys(values)) found.add(name);
    if (marks === true) return;
    for (const name of NAMES) {
      const value = values[name];
      if (typeof value === 'string' && memberOf(marks, name) !== true) found.add(value);
    }
  };
  const below = (module: StateModule): void => {
    for (const { address, values, sensitive_values: marks } of module.resources ?? []) add(address, values, marks);
    for (const child of module.child_modules ?? []) below(child);
  };
  for (const plan of plans) {
    const root = plan.prior_state?.values?.root_module;
    if (root !== undefined) below(root);
    for (const { address, change } of [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])]) {
      add(address, change.before, change.before_sensitive);
      add(address, change.after, change.after_sensitive);
    }
    for (const name of Object.keys(plan.output_changes ?? {})) found.add(name);
  }
  return found;
};

/** Of which attributes each of some texts is the whole value, where nothing marks it. */
const kindsOf = (trees: readonly Tree[], texts: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> => {
  const kinds = new Map<string, Set<string>>();
  const look = (tree: Tree, path: string): void => {
    if (tree.kind === 'scalar') {
      if (typeof tree.raw !== 'string' || !texts.has(tree.raw)) return;
      const known = kinds.get(tree.raw) ?? new Set();
      kinds.set(tree.raw, known.add(path));
    } else if (tree.kind === 'json' || tree.kind === 'encoded') look(tree.content, path);
    else if (tree.kind === 'list') for (const each of tree.items) look(each, path);
    else if (tree.kind === 'map') for (const [name, each] of tree.entries) look(each, `${path}.${name}`);
  };
  for (const tree of trees) look(tree, '');
  return kinds;
};

/**
 * Which of the texts that a plan marks are words that it uses everywhere: a region, a part of a name, the name of an attribute.
 * Hidden wherever they stand, they would blank the report and hide nothing. Where they are marked they stay hidden.
 */
export const commonWords = (
  texts: ReadonlySet<string>,
  plans: readonly Naming[],
  trees: readonly Tree[],
): ReadonlySet<string> => {
  const common = new Set([...texts].filter((text) => REGION.test(text)));
  const match = createMatcher(texts);
  for (const name of namesIn(plans)) {
    for (const { start, end } of match(name)) {
      if (!isWordPart(name, start - 1) && !isWordPart(name, end)) common.add(name.slice(start, end));
    }
  }
  for (const [text, kinds] of kindsOf(trees, texts)) if (PLAIN_WORD.test(text) && kinds.size >= KINDS) common.add(text);
  return common;
};
