import type { Alike, FactsRead, Needed } from '../ports/flag-store.ts';
import { numberIn } from './found-item.ts';
import { KEY_PREFIX } from './keys.ts';
import type { FoundItem } from './write.ts';

/*
 * The items of `flags` that say what flags are to each other (rule 3). Where a set of flag keys is kept, each key is an
 * attribute of its own, so that whoever adds or removes one needs to know of no other.
 */

const keysIn = (item: FoundItem): readonly string[] =>
  Object.keys(item)
    .filter((name) => name.startsWith(KEY_PREFIX))
    .map((name) => name.slice(KEY_PREFIX.length))
    .sort();

/** A flag that was accepted before there were FACTS has none: its facts have not moved since. */
export const factsIn = (item: FoundItem | undefined): FactsRead =>
  item === undefined
    ? { version: 0, epoch: 0 }
    : { version: numberIn(item, 'version'), epoch: numberIn(item, 'epoch') };

export const neededIn = (item: FoundItem | undefined): Needed =>
  item === undefined
    ? { keys: [], counter: 0, epoch: 0 }
    : { keys: keysIn(item), counter: numberIn(item, 'counter'), epoch: numberIn(item, 'epoch') };

export const alikeIn = (item: FoundItem | undefined): Alike =>
  item === undefined
    ? { keys: [], count: 0, epoch: 0 }
    : { keys: keysIn(item), count: numberIn(item, 'count'), epoch: numberIn(item, 'epoch') };
