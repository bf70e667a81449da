import { fingerprint, type Tree } from '@flaghoist/plan-reading/tree';
import type { Values } from './difference.ts';

const isPlain = ({ kind }: Tree): boolean => kind === 'scalar' || kind === 'unknown' || kind === 'sensitive';

/**
 * Which elements of several lists are compared with each other. Plain values of lists of one length: by position. Else
 * equal elements are set side by side wherever they stand, because blocks in a plan may come from a set, whose order
 * depends on hashes of their content; the rest by position.
 */
export const alignLists = (lists: readonly (readonly Tree[])[]): readonly Values[] => {
  const lengths = new Set(lists.map((items) => items.length));
  const longest = Math.max(...lengths);
  if (lengths.size === 1 && lists.every((items) => items.every(isPlain))) return columns(lists, longest);

  const [first = [], ...others] = lists.map((items) => [...items]);
  const slots: Values[] = [];
  const rest: Tree[] = [];
  for (const item of first) {
    const wanted = fingerprint(item);
    const places = others.map((items) => items.findIndex((each) => fingerprint(each) === wanted));
    if (places.includes(-1)) rest.push(item);
    else slots.push([item, ...others.map((items, index) => items.splice(places[index] ?? 0, 1)[0])]);
  }
  return [...slots, ...columns([rest, ...others], Math.max(rest.length, ...others.map((items) => items.length)))];
};

const columns = (lists: readonly (readonly Tree[])[], length: number): readonly Values[] =>
  Array.from({ length }, (_, index) => lists.map((items) => items[index]));
