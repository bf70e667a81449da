import { fingerprint, type Tree } from '@flaghoist/plan-reading/tree';
import type { Values } from './difference.ts';

const isPlain = ({ kind }: Tree): boolean => kind === 'scalar' || kind === 'unknown' || kind === 'sensitive';

interface AlignedLists {
  readonly slots: readonly Values[];
  /** Whether equal elements stand in another order. */
  readonly reordered: boolean;
}

/**
 * Which elements of several lists are compared with each other. Plain values of lists of one length: by position, unless they
 * are `sets`. Else equal elements are set side by side wherever they stand, because blocks in a plan may come from a set, whose order
 * depends on hashes of their content; the rest by position.
 */
export const alignLists = (lists: readonly (readonly Tree[])[], sets: boolean): AlignedLists => {
  const lengths = new Set(lists.map((items) => items.length));
  const longest = Math.max(...lengths);
  if (!sets && lengths.size === 1 && lists.every((items) => items.every(isPlain))) {
    return { slots: columns(lists, longest), reordered: false };
  }
  const taken = lists.map(() => new Set<number>());
  const equal: (readonly number[])[] = [];
  for (const [index, item] of (lists[0] ?? []).entries()) {
    const wanted = fingerprint(item);
    const places = lists.map((items, list) =>
      list === 0 ? index : items.findIndex((each, at) => taken[list]?.has(at) !== true && fingerprint(each) === wanted),
    );
    if (places.includes(-1)) continue;
    for (const [list, at] of places.entries()) taken[list]?.add(at);
    equal.push(places);
  }
  const slots = equal.map((places) => lists.map((items, list) => items[places[list] ?? 0]));
  const rest = lists.map((items, list) => items.filter((_, at) => taken[list]?.has(at) !== true));
  return {
    slots: [...slots, ...columns(rest, Math.max(...rest.map((items) => items.length)))],
    reordered: equal.some((places, at) => places.some((place, list) => at > 0 && place < (equal[at - 1]?.[list] ?? 0))),
  };
};

const columns = (lists: readonly (readonly Tree[])[], length: number): readonly Values[] =>
  Array.from({ length }, (_, index) => lists.map((items) => items[index]));
