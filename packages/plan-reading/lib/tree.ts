import { canonicalJson } from '@flaghoist/core/canonical-json';

export type Scalar = string | number | boolean | null;

/**
 * A value of a plan, made comparable between environments.
 *
 * - `scalar`: `value` is compared, `raw` is what the plan says and people read; `literal` is the value with the
 *   environment's name left as it is, where that is something else
 * - `unknown`: known only after apply
 * - `sensitive`: compared like its content, never shown; `unmarked` where only another environment marks it
 * - `json`: JSON in a text, such as a policy
 * - `encoded`: a text made of another one, which is compared in its place; `by` is how, such as `base64` or `sha1`
 * - `map`: by keys as the plan has them
 */
export type Tree =
  | { readonly kind: 'scalar'; readonly value: Scalar; readonly raw: Scalar; readonly literal?: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'sensitive'; readonly content: Tree; readonly unmarked?: true }
  | { readonly kind: 'json'; readonly content: Tree }
  | { readonly kind: 'encoded'; readonly by: string; readonly raw: string; readonly content: Tree }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | {
      readonly kind: 'map';
      readonly entries: ReadonlyMap<string, Tree>;
      /** What keys mean in which an environment's own words stand. Other keys mean what they say. */
      readonly meanings?: ReadonlyMap<string, string>;
    };

export const unknown: Tree = { kind: 'unknown' };

export const scalar = (value: Scalar, raw: Scalar = value): Tree => ({ kind: 'scalar', value, raw });

export const mapOf = (entries: Iterable<readonly [string, Tree]>): Extract<Tree, { kind: 'map' }> => ({
  kind: 'map',
  entries: new Map(entries),
});

/** What Terraform calls null: no value, or a value that is not there. */
export const ABSENT: Tree = scalar(null);

const fingerprints = new WeakMap<Tree, string>();

/** Equal for trees that compare equal, and only for those. Raw values do not count. */
export const fingerprint = (tree: Tree): string => {
  const known = fingerprints.get(tree);
  if (known !== undefined) return known;
  const made = makeFingerprint(tree);
  fingerprints.set(tree, made);
  return made;
};

const makeFingerprint = (tree: Tree): string => {
  switch (tree.kind) {
    case 'scalar':
      return JSON.stringify(tree.value);
    case 'unknown':
      return 'u';
    case 'sensitive':
      return `s${fingerprint(tree.content)}`;
    case 'json':
      return `j${fingerprint(tree.content)}`;
    case 'encoded':
      return `e${tree.by} ${fingerprint(tree.content)}`;
    case 'list':
      return `[${tree.items.map(fingerprint).join(',')}]`;
    case 'map':
      return `{${[...tree.entries]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => `${JSON.stringify(key)}:${fingerprint(each)}`)
        .join(',')}}`;
  }
};

/** Whether a value says nothing: providers use null, an empty text, list and map interchangeably for "not set". */
export const isNothing = (tree: Tree): boolean => {
  switch (tree.kind) {
    case 'scalar':
      return tree.value === null || tree.value === '';
    case 'list':
      return tree.items.length === 0;
    case 'map':
      return [...tree.entries.values()].every(isNothing);
    case 'json':
    case 'sensitive':
      return isNothing(tree.content);
    case 'unknown':
    case 'encoded':
      return false;
  }
};

/** A map without those of its members that say nothing; any other value as it is. */
export const brief = (tree: Tree): Tree =>
  tree.kind === 'map' ? mapOf([...tree.entries].filter(([, each]) => !isNothing(each))) : tree;

/** A value without marks of secrecy, and with one way to say nothing. */
const bare = (tree: Tree): Tree => {
  if (isNothing(tree)) return ABSENT;
  switch (tree.kind) {
    case 'scalar':
    case 'unknown':
      return tree;
    case 'sensitive':
      return bare(tree.content);
    case 'json':
    case 'encoded':
      return { ...tree, content: bare(tree.content) };
    case 'list':
      return { kind: 'list', items: tree.items.map(bare) };
    case 'map':
      return mapOf([...tree.entries].filter(([, each]) => !isNothing(each)).map(([key, each]) => [key, bare(each)]));
  }
};

const identities = new WeakMap<Tree, string>();

/** Equal for values that are the same deployed thing: marks of secrecy and the ways to say nothing do not count. */
export const identity = (tree: Tree): string => {
  const known = identities.get(tree);
  if (known !== undefined) return known;
  const made = fingerprint(bare(tree));
  identities.set(tree, made);
  return made;
};

const belowOf = (tree: Tree): readonly Tree[] => {
  if (tree.kind === 'list') return tree.items;
  if (tree.kind === 'map') return [...tree.entries.values()];
  return tree.kind === 'json' || tree.kind === 'encoded' ? [tree.content] : [];
};

const leaves = new WeakMap<Tree, number>();

const unknownLeaves = new WeakMap<Tree, number>();

/** How many of a tree's values are known only after apply. */
export const unknownLeavesOf = (tree: Tree): number => {
  const known = unknownLeaves.get(tree);
  if (known !== undefined) return known;
  const counted = tree.kind === 'unknown' ? 1 : belowOf(tree).reduce((sum, each) => sum + unknownLeavesOf(each), 0);
  unknownLeaves.set(tree, counted);
  return counted;
};

/** How many values are compared when a tree is: each scalar, each unknown, each sensitive value, each empty list or map. */
export const leavesOf = (tree: Tree): number => {
  const known = leaves.get(tree);
  if (known !== undefined) return known;
  const counted = Math.max(
    1,
    belowOf(tree).reduce((sum, each) => sum + leavesOf(each), 0),
  );
  leaves.set(tree, counted);
  return counted;
};

/** The tree with each of its scalars replaced. */
export const mapScalars = (tree: Tree, change: (value: Scalar) => Scalar): Tree => {
  switch (tree.kind) {
    case 'scalar':
      return { ...tree, value: change(tree.value) };
    case 'unknown':
      return tree;
    case 'sensitive':
    case 'json':
    case 'encoded':
      return { ...tree, content: mapScalars(tree.content, change) };
    case 'list':
      return { kind: 'list', items: tree.items.map((each) => mapScalars(each, change)) };
    case 'map':
      return {
        ...tree,
        entries: new Map([...tree.entries].map(([key, each]) => [key, mapScalars(each, change)])),
      };
  }
};

const HIDDEN = '(sensitive)';
const HIDDEN_UNMARKED = '(not marked sensitive)';
const UNKNOWN = '(known after apply)';

type Special = Exclude<Tree, { readonly kind: 'scalar' | 'list' | 'map' }>;

/** A tree as plain data. @param special what stands there for the kinds that plain data does not have */
const plain = (tree: Tree, special: (tree: Special) => unknown): unknown => {
  switch (tree.kind) {
    case 'scalar':
      return tree.raw;
    case 'list':
      return tree.items.map((each) => plain(each, special));
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, each]) => [key, plain(each, special)]));
    default:
      return special(tree);
  }
};

/** What a tree was made of, secrets included; null for what is known only after apply. */
export const originalOf = (tree: Tree): unknown =>
  plain(tree, (each) => {
    if (each.kind === 'unknown') return null;
    if (each.kind === 'encoded') return each.raw;
    const content = originalOf(each.content);
    return each.kind === 'json' ? JSON.stringify(content) : content;
  });

const visible = (tree: Tree): unknown =>
  plain(tree, (each) => {
    if (each.kind === 'unknown') return UNKNOWN;
    if (each.kind === 'encoded') return each.raw;
    if (each.kind === 'json') return visible(each.content);
    return each.unmarked === true ? HIDDEN_UNMARKED : HIDDEN;
  });

/** What people may see of a value: as the plan has it, sensitive parts replaced. Scalars stand alone, the rest is JSON. */
export const shown = (tree: Tree): string => {
  const value = visible(tree);
  if (tree.kind === 'unknown' || tree.kind === 'sensitive') return String(value);
  return typeof value === 'string' ? JSON.stringify(value) : canonicalJson(value);
};
