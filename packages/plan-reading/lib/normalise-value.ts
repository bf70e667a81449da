import { isObject, memberOf } from '@flaghoist/core/json';
import { isTooDeep } from './nesting.ts';
import { mapOf, type Scalar, scalar, type Tree, unknown } from './tree.ts';

export interface Normalise {
  (text: string): string;
  /** The same, with names of environments left as they are: they may be part of somebody else's name. */
  readonly literal?: (text: string) => string;
  /** Maps and lists with those of their elements once that count as one thing. */
  readonly fold?: (tree: Tree) => Tree;
  /** A text that is made of another one, as that other one; `undefined` for all others. */
  readonly decoded?: (text: string) => Tree | undefined;
}

export interface Marks {
  /** Terraform's `after_unknown`: `true` where a value is known only after apply, else the shape of the value. */
  readonly unknown?: unknown;
  /** Terraform's `after_sensitive`, of the same form. */
  readonly sensitive?: unknown;
}

/** Whether marks of Terraform's form mark anything. */
export const isMarked = (marks: unknown): boolean =>
  marks === true ||
  (Array.isArray(marks) && marks.some(isMarked)) ||
  (isObject(marks) && Object.values(marks).some(isMarked));

const markAt = (mark: unknown, index: number): unknown => (Array.isArray(mark) ? mark[index] : undefined);

/**
 * A value of a plan as a tree: the environment's own words replaced, JSON in texts opened, marks kept.
 *
 * Lists whose texts stand in ascending order may be sets, which Terraform sorts; they are sorted again after the words are
 * replaced. Any other list keeps its order.
 */
export const normaliseValue = (value: unknown, marks: Marks, normalise: Normalise): Tree => {
  if (marks.sensitive === true) {
    return { kind: 'sensitive', content: normaliseValue(value, { unknown: marks.unknown }, normalise) };
  }
  if (marks.unknown === true) return unknown;
  const fold = normalise.fold ?? ((tree: Tree) => tree);
  if (Array.isArray(value) || (value === undefined && Array.isArray(marks.unknown))) {
    return fold(listTree(Array.isArray(value) ? value : [], marks, normalise));
  }
  if (isObject(value) || (value === undefined && isObject(marks.unknown))) {
    return fold(objectTree(value, marks, normalise));
  }
  if (typeof value === 'string') return textTree(value, normalise);
  return scalar(value === undefined ? null : (value as Scalar));
};

/** A value of a plan as it is, for comparing readings of one environment. */
export const treeOf = (value: unknown, marks: Marks = {}): Tree => normaliseValue(value ?? null, marks, (text) => text);

const objectTree = (value: unknown, marks: Marks, normalise: Normalise): Extract<Tree, { kind: 'map' }> => {
  const keys = new Set(isObject(value) ? Object.keys(value) : []);
  for (const mark of [marks.unknown, marks.sensitive]) {
    // A mark also has empty shapes for what is not there; only what it marks is something.
    if (isObject(mark)) for (const key of Object.keys(mark)) if (isMarked(mark[key])) keys.add(key);
  }
  const map = mapOf(
    [...keys].map((key) => [
      key,
      normaliseValue(
        memberOf(value, key),
        { unknown: memberOf(marks.unknown, key), sensitive: memberOf(marks.sensitive, key) },
        normalise,
      ),
    ]),
  );
  const meanings = [...keys].flatMap((key): [string, string][] => {
    const meaning = normalise(key);
    return meaning === key ? [] : [[key, meaning]];
  });
  return meanings.length === 0 ? map : { ...map, meanings: new Map(meanings) };
};

const listTree = (value: readonly unknown[], marks: Marks, normalise: Normalise): Tree => {
  const length = Math.max(value.length, Array.isArray(marks.unknown) ? marks.unknown.length : 0);
  const items = Array.from({ length }, (_, index) =>
    normaliseValue(
      value[index],
      { unknown: markAt(marks.unknown, index), sensitive: markAt(marks.sensitive, index) },
      normalise,
    ),
  );
  return { kind: 'list', items: isAscending(value) ? items.toSorted(byText) : items };
};

const isAscending = (value: readonly unknown[]): value is readonly string[] =>
  value.every(
    (each, index) =>
      typeof each === 'string' &&
      (index === 0 || Buffer.compare(Buffer.from(String(value[index - 1])), Buffer.from(each)) <= 0),
  );

const textOf = (tree: Tree): string => (tree.kind === 'scalar' ? String(tree.value) : '');

const byText = (a: Tree, b: Tree): number => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0);

/** Beyond this a number in JSON text would lose digits, and two of them could look the same. */
const LONG_NUMBER = /\d{16}/;

const textTree = (text: string, normalise: Normalise): Tree => {
  if (/^\s*[[{]/.test(text) && !LONG_NUMBER.test(text) && !isTooDeep(text)) {
    try {
      return { kind: 'json', content: normaliseValue(JSON.parse(text), {}, normalise) };
    } catch {
      // It only looks like JSON.
    }
  }
  const decoded = normalise.decoded?.(text);
  if (decoded !== undefined) return decoded;
  const value = normalise(text);
  const literal = value === text ? text : (normalise.literal?.(text) ?? text);
  return literal === value ? scalar(value, text) : { kind: 'scalar', value, raw: text, literal };
};
