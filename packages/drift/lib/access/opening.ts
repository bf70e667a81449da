import { isObject, type JsonObject } from '@flaghoist/core/json';
import { identity, originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import { memberTree, type Step } from '../leaves.ts';
import type { Concern } from '../severity.ts';

/** That a resource lets in more than before, and which of its parts do it. */
export interface Opening {
  readonly concern: Concern;
  /** Where: a change at, within or around one of these is about it. None: anywhere in the resource. */
  readonly paths: readonly (readonly Step[])[];
  /** What it lets in stands elsewhere, in a policy that is only named here: it may also be all denials. */
  readonly isNameOnly?: true;
}

/** A resource before and after a change; absent where it was created or deleted. */
export interface Change {
  readonly type: string;
  readonly before: Tree;
  readonly after: Tree;
}

/** An element of a list, in all ways that a path may name it. */
export interface Element {
  readonly values: JsonObject;
  readonly paths: readonly (readonly Step[])[];
}

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : { value });

export const valuesOf = (tree: Tree): JsonObject => objectOf(originalOf(tree) ?? {});

export const itemsAt = (tree: Tree, name: string): readonly Tree[] => {
  const list = memberTree(tree, name);
  const bare = list.kind === 'sensitive' ? list.content : list;
  return bare.kind === 'list' ? bare.items : [];
};

export const elementsAt = (tree: Tree, name: string): readonly Element[] =>
  itemsAt(tree, name).map((item, index) => ({
    values: objectOf(originalOf(item)),
    paths: [
      [{ name }, { index }],
      [{ name }, { element: identity(item) }],
    ],
  }));

export const isThere = (tree: Tree): boolean => tree.kind !== 'scalar' || tree.value !== null;
