import { escaped } from '@flaghoist/plan-reading/path-pattern';
import { mapScalars, type Tree } from '@flaghoist/plan-reading/tree';
import type { Instance } from '../model/model.ts';

/** What distinguishes an instance from its siblings: its key, or its number counted from 0 or 1. */
const ownWords = ({ keys }: Instance): readonly string[] =>
  keys.flatMap((key) => (typeof key === 'number' ? [String(key), String(key + 1)] : [key]));

/** Where a zone or network stands among its environment's own. */
const POSITION = /(zone |#)\d+(?=\uE001)/g;

/** An instance without what must differ between siblings: its own key in texts, and its place in zones and networks. */
export const softened = (instance: Instance): Tree => {
  const words = ownWords(instance);
  const own = new RegExp(`(?<![A-Za-z0-9])(?:${words.map(escaped).join('|')})(?![A-Za-z0-9])`, 'g');
  return mapScalars(instance.tree, (value) =>
    typeof value !== 'string'
      ? value
      : (words.length === 0 ? value : value.replace(own, '\uE000key\uE001')).replace(POSITION, '$1'),
  );
};

/** A number that is a word of a longer text. */
const NUMBER_WORD = /(?<=[^A-Za-z0-9])\d+(?![A-Za-z0-9])|(?<![A-Za-z0-9])\d+(?=[^A-Za-z0-9])/g;

/** An element of a list without numbers in its texts; a text that is but a number keeps it. */
export const unnumbered = (tree: Tree): Tree =>
  mapScalars(tree, (value) =>
    typeof value === 'string' ? value.replace(POSITION, '$1').replace(NUMBER_WORD, '\uE000number\uE001') : value,
  );
