import { member } from '@flaghoist/plan-reading/address';
import { ABSENT, brief, identity, isNothing, mapOf, type Tree } from '@flaghoist/plan-reading/tree';

/**
 * A step from a value to a part of it: a member by its name, an element that was paired with its other version by its place
 * in the value of now, or an element that came or went, by its content.
 */
export type Step = { readonly name: string } | { readonly index: number } | { readonly element: string };

/** One part of a value that is not the same before and after. Absent is null. */
export interface Leaf {
  readonly path: readonly Step[];
  readonly before: Tree;
  readonly after: Tree;
}

/** Which of two values is the one of now; places in a list are counted there. */
export type Now = 'before' | 'after';

/** All parts in which two values differ. A value that is known only after apply differs from any other. */
export const diffTrees = (before: Tree, after: Tree, now: Now, path: readonly Step[] = []): readonly Leaf[] => {
  if (isNothing(before) && isNothing(after)) return [];
  if (before.kind === 'sensitive' || after.kind === 'sensitive') return diffHidden(before, after, path);
  if (before.kind === 'json' && after.kind === 'json') return diffTrees(before.content, after.content, now, path);
  if (isShape(before, 'map') && isShape(after, 'map')) {
    const entries = [entriesOf(before), entriesOf(after)] as const;
    return [...new Set([...entries[0].keys(), ...entries[1].keys()])].flatMap((name) =>
      diffTrees(entries[0].get(name) ?? ABSENT, entries[1].get(name) ?? ABSENT, now, [...path, { name }]),
    );
  }
  if (isShape(before, 'list') && isShape(after, 'list')) return diffLists(itemsOf(before), itemsOf(after), now, path);
  return identity(before) === identity(after) ? [] : [{ path, before, after }];
};

const diffHidden = (before: Tree, after: Tree, path: readonly Step[]): readonly Leaf[] => {
  if (identity(before) === identity(after)) return [];
  // What was marked once is never shown, although the mark may be new or gone.
  return [{ path, before: hidden(before), after: hidden(after) }];
};

const hidden = (tree: Tree): Tree =>
  tree.kind === 'sensitive' || tree.kind === 'unknown' || isNothing(tree) ? tree : { kind: 'sensitive', content: tree };

const isShape = (tree: Tree, kind: 'map' | 'list'): boolean => tree.kind === kind || isNull(tree);
const isNull = (tree: Tree): boolean => tree.kind === 'scalar' && tree.value === null;
const entriesOf = (tree: Tree): ReadonlyMap<string, Tree> => (tree.kind === 'map' ? tree.entries : new Map());
const itemsOf = (tree: Tree): readonly Tree[] => (tree.kind === 'list' ? tree.items : []);

interface Placed {
  readonly item: Tree;
  readonly index: number;
  readonly identity: string;
}

const placed = (items: readonly Tree[]): readonly Placed[] =>
  items.map((item, index) => ({ item, index, identity: identity(item) }));

/** The elements of one list that the other does not have, each as often as it has it more. */
const missingIn = (items: readonly Placed[], others: readonly Placed[]): readonly Placed[] => {
  const left = new Map<string, number>();
  for (const { identity: each } of others) left.set(each, (left.get(each) ?? 0) + 1);
  return items.filter(({ identity: each }) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count <= 0;
  });
};

/**
 * A plan does not distinguish sets from lists: elements are matched by content first, wherever they stand. What is left over on
 * both sides in equal number is paired in order, so that a changed block is reported by its changed argument.
 */
const diffLists = (
  before: readonly Tree[],
  after: readonly Tree[],
  now: Now,
  path: readonly Step[],
): readonly Leaf[] => {
  const [old, recent] = [placed(before), placed(after)];
  const [gone, come] = [missingIn(old, recent), missingIn(recent, old)];
  if (gone.length === 0 && come.length === 0) {
    const moved = !isSet(path) && old.some(({ identity: each }, index) => each !== recent[index]?.identity);
    return moved ? [{ path, before: { kind: 'list', items: before }, after: { kind: 'list', items: after } }] : [];
  }
  if (
    gone.length === come.length &&
    (gone.length === 1 || [...gone, ...come].every(({ item }) => item.kind === 'map'))
  ) {
    return gone.flatMap((each, place) => {
      const other = come[place] ?? each;
      const { index } = now === 'before' ? each : other;
      return diffTrees(each.item, other.item, now, [...path, { index }]);
    });
  }
  return [
    ...gone.map(({ item, identity: element }) => ({
      path: [...path, { element }],
      // An element is reported as a whole, and most of what it could have it does not have.
      before: brief(item),
      after: ABSENT,
    })),
    ...come.map(({ item, identity: element }) => ({
      path: [...path, { element }],
      before: ABSENT,
      after: brief(item),
    })),
  ];
};

/** Statements of a policy hold together, whatever their order. */
const isSet = (path: readonly Step[]): boolean => {
  const last = path.at(-1);
  return last !== undefined && 'name' in last && last.name === 'Statement';
};

/** Whether two parts are, or may be, the same or one within the other. */
export const overlap = (a: readonly Step[], b: readonly Step[]): boolean =>
  a.every((step, index) => {
    const other = b[index];
    if (other === undefined) return true;
    if ('name' in step || 'name' in other) return 'name' in step && 'name' in other && step.name === other.name;
    if ('element' in step && 'element' in other) return step.element === other.element;
    // Paired on one side only: it may be any of the other's elements.
    return !('index' in step && 'index' in other) || step.index === other.index;
  });

/** For people and patterns: `rule[0].sse_algorithm`, and `ingress[*]` for an element that came or went. */
export const pathText = (path: readonly Step[]): string =>
  path
    .map((step) => ('name' in step ? member(step.name) : 'index' in step ? `[${step.index}]` : '[*]'))
    .join('')
    .replace(/^\./, '');

/** Whether two readings of the same thing agree. */
export const sameValue = (a: Tree, b: Tree): boolean => identity(a) === identity(b);

/** A tree without some of its members; what is not a map stays as it is. */
export const without = (tree: Tree, names: ReadonlySet<string>): Tree =>
  tree.kind === 'map' && names.size > 0 ? mapOf([...tree.entries].filter(([name]) => !names.has(name))) : tree;

/** The part of a map with this name. */
export const memberTree = (tree: Tree, name: string): Tree =>
  (tree.kind === 'map' ? tree.entries.get(name) : undefined) ?? ABSENT;

/** A map with another value for one of its members; what is not a map stays as it is. */
export const withMember = (tree: Tree, name: string, value: Tree): Tree =>
  tree.kind === 'map' ? mapOf([...tree.entries, [name, value]]) : tree;
