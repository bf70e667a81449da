import { canonicalJson } from '@flaghoist/core/canonical-json';
import { fingerprint, originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import { OPEN } from './placeholder.ts';

/** What every region means that is neither that of the state, nor home, nor its standby. */
export const OTHER_REGION = 'other region';

const isOfOthers = (text: string): boolean => text.includes(`${OPEN}${OTHER_REGION}`);

/** Which region a text is about. */
const REGION = new RegExp(`${OPEN}(?:home |replica |other )?region\\b`, 'g');

export const isOfRegion = (text: string): boolean => text.search(REGION) >= 0;

interface Folding<Item> {
  /** What it is, with words replaced. */
  readonly meaning: (item: Item) => string;
  /** What it is, word for word. */
  readonly own: (item: Item) => string;
  readonly content: (item: Item) => string;
}

interface Folded<Item> {
  readonly items: readonly Item[];
  /** Meanings that several of the items still have, as they are not alike, or not there for every region. */
  readonly apart: ReadonlySet<string>;
}

/**
 * What there is once for each other region, and is alike for all of them, counts as one thing: how many regions there are is
 * data. What is not there for every one of them, or differs in one, stays as it is.
 *
 * @param others how many other regions there are
 */
export const foldedItems = <Item>(
  items: readonly Item[],
  { meaning, own, content }: Folding<Item>,
  others: number,
): Folded<Item> => {
  const groups = Map.groupBy(
    items.filter((item) => isOfOthers(meaning(item))),
    meaning,
  );
  const dropped = new Set<Item>();
  const apart = new Set<string>();
  for (const [name, group] of groups) {
    const isWhole = new Set(group.map(own)).size === others && group.length === others;
    if (isWhole && new Set(group.map(content)).size === 1) for (const each of group.slice(1)) dropped.add(each);
    else apart.add(name);
  }
  return { items: items.filter((item) => !dropped.has(item)), apart };
};

const ofMap = (map: Extract<Tree, { kind: 'map' }>, others: number): Tree => {
  const { entries, meanings } = map;
  if (meanings === undefined) return map;
  const { items, apart } = foldedItems(
    [...entries],
    {
      meaning: ([key]) => meanings.get(key) ?? key,
      own: ([key]) => key,
      content: ([, tree]) => fingerprint(tree),
    },
    others,
  );
  // A region is a key by what it is here: another environment has it as something else. But two entries of one meaning stay two.
  const keyOf = (key: string): string => {
    const meaning = meanings.get(key) ?? key;
    return isOfRegion(meaning) && !apart.has(meaning) ? meaning : key;
  };
  return {
    ...map,
    entries: new Map(items.map(([key, tree]) => [keyOf(key), tree])),
    meanings: new Map([...meanings].filter(([, each]) => !isOfRegion(each))),
  };
};

/** Whether elements are about several regions: their order is that of the regions, which is data. */
const isByRegion = (items: readonly Tree[]): boolean =>
  new Set(items.flatMap((item) => fingerprint(item).match(REGION) ?? [])).size > 1;

const byMeaning = (a: Tree, b: Tree): number => (fingerprint(a) < fingerprint(b) ? -1 : 1);

const ofList = (list: Extract<Tree, { kind: 'list' }>, others: number): Tree => {
  const { items } = foldedItems(
    list.items,
    { meaning: fingerprint, own: (tree) => canonicalJson(originalOf(tree)), content: fingerprint },
    others,
  );
  return { ...list, items: isByRegion(items) ? items.toSorted(byMeaning) : items };
};

/** Maps and lists with what is alike for all other regions in them once. */
export const createFold =
  (others: number) =>
  (tree: Tree): Tree => {
    if (others === 0) return tree;
    if (tree.kind === 'map') return ofMap(tree, others);
    return tree.kind === 'list' ? ofList(tree, others) : tree;
  };
