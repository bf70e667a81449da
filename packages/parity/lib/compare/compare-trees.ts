import { member } from '@flaghoist/plan-reading/address';
import { fingerprint, leavesOf, scalar, type Tree, unknownLeavesOf } from '@flaghoist/plan-reading/tree';
import { readable } from '../model/placeholder.ts';
import { alignLists } from './align-lists.ts';
import { alignKeys } from './aligned-keys.ts';
import type { Findings, Values } from './difference.ts';
import { isOrdered, isSet } from './ordered-lists.ts';
import { unnumbered } from './siblings.ts';

export interface Position {
  readonly path: string;
  readonly instance: string;
  /** Whether it stands in a JSON text, or in the lines of an encoded one. */
  readonly inJson?: boolean;
}

type Of<Kind extends Tree['kind']> = Extract<Tree, { kind: Kind }>;

const all = <Kind extends Tree['kind']>(trees: Values, kind: Kind): trees is readonly Of<Kind>[] =>
  trees.every((tree) => tree?.kind === kind);

/**
 * Compares what the environments have at one place, down to single values.
 *
 * @param trees one for each environment; `undefined` where there is nothing
 */
export const compareTrees = (trees: Values, position: Position, findings: Findings): void => {
  const [first] = trees;
  if (first !== undefined && trees.every((tree) => tree !== undefined && fingerprint(tree) === fingerprint(first))) {
    findings.same(leavesOf(first), unknownLeavesOf(first));
  } else if (all(trees, 'map')) {
    const names = alignKeys(trees.map(({ entries, meanings }) => ({ keys: [...entries.keys()], meanings })));
    for (const key of new Set(names.flatMap((each) => [...each.keys()]))) {
      const below = trees.map(({ entries }, index) => entries.get(names[index]?.get(key) ?? ''));
      compareTrees(below, { ...position, path: position.path + member(readable(key)) }, findings);
    }
  } else if (all(trees, 'list')) {
    compareLists(trees, position, findings);
  } else if (all(trees, 'json')) {
    compareTrees(
      trees.map(({ content }) => content),
      { ...position, inJson: true },
      findings,
    );
  } else if (all(trees, 'encoded') && new Set(trees.map(({ by }) => by)).size === 1) {
    compareTrees(
      trees.map(({ content }) => content),
      { ...position, path: `${position.path}.#${trees[0]?.by}`, inJson: true },
      findings,
    );
  } else {
    const { path, instance } = position;
    findings.differs({ path, instance, values: hiddenTogether(trees), kind: 'value' });
  }
};

const compareLists = (trees: readonly Of<'list'>[], position: Position, findings: Findings): void => {
  const { path, instance, inJson = false } = position;
  const lengths = trees.map(({ items }) => items.length);
  if (new Set(lengths).size > 1) {
    findings.differs({
      path: `${path}.#count`,
      instance,
      values: lengths.map((length) => scalar(length)),
      kind: 'count',
    });
  }
  const { slots, reordered } = alignLists(
    trees.map(({ items }) => items),
    isSet(path, inJson),
  );
  if (reordered && isOrdered(path, inJson)) {
    findings.differs({ path: `${path}.#order`, instance, values: trees, kind: 'value', note: 'the order counts' });
  }
  for (const [index, slot] of slots.entries()) {
    if (isMoreOfTheSame(slot, slots)) findings.same(1);
    else compareTrees(slot, { ...position, path: `${path}[*]`, instance: `${instance}[${index}]` }, findings);
  }
};

/**
 * Whether elements that only some environments have equal others of their own list but for a number, as the names of
 * instances do. That there are more of them is reported as a difference of the count.
 */
const isMoreOfTheSame = (slot: Values, slots: readonly Values[]): boolean => {
  const complete = slots.filter((each) => !each.includes(undefined));
  if (!slot.includes(undefined)) return false;
  return slot.every((tree, environment) => {
    if (tree === undefined) return true;
    const wanted = fingerprint(unnumbered(tree));
    return complete.some((each) => {
      const sibling = each[environment];
      return sibling !== undefined && fingerprint(unnumbered(sibling)) === wanted;
    });
  });
};

/** What is a secret in one environment is most likely one in the others, where the mark is missing. */
const hiddenTogether = (trees: Values): Values => {
  if (!trees.some((tree) => tree?.kind === 'sensitive')) return trees;
  return trees.map((tree) =>
    tree === undefined || tree.kind === 'sensitive' || tree.kind === 'unknown'
      ? tree
      : { kind: 'sensitive', content: tree, unmarked: true },
  );
};
