import { isIPv6 } from 'node:net';
import { escaped } from '@flaghoist/plan-reading/path-pattern';
import { fingerprint, mapScalars, type Scalar, type Tree } from '@flaghoist/plan-reading/tree';
import type { Instance } from '../model/model.ts';

/** What distinguishes an instance from its siblings: its key, or its number counted from 0 or 1. */
const ownWords = ({ meanings: keys }: Instance): readonly string[] =>
  keys.flatMap((key) => (typeof key === 'number' ? [String(key), String(key + 1)] : [key]));

/** Where a zone or network stands among its environment's own. */
const POSITION = /(zone |#)\d+(?=\uE001)/g;

type Soften = (value: Scalar) => Scalar;

const createSoften = (instance: Instance): Soften => {
  const words = ownWords(instance);
  const own = new RegExp(`(?<![A-Za-z0-9])(?:${words.map(escaped).join('|')})(?![A-Za-z0-9])`, 'g');
  return (value) =>
    typeof value !== 'string'
      ? value
      : (words.length === 0 ? value : value.replace(own, '\uE000key\uE001')).replace(POSITION, '$1');
};

/**
 * Two instances of one environment without what must differ between siblings: its own key where each text holds its own, and
 * its place in zones and networks. Texts that are the same stay as they are: a key may be a part of one by chance.
 */
export const softened = (sibling: Instance, instance: Instance): readonly [Tree, Tree] => {
  const [ofSibling, ofInstance] = [createSoften(sibling), createSoften(instance)];
  const both = (a: Tree, b: Tree): readonly [Tree, Tree] => {
    if (fingerprint(a) === fingerprint(b)) return [a, b];
    if (a.kind === 'map' && b.kind === 'map') {
      const pairs = [...a.entries].flatMap(([key, below]) => {
        const other = b.entries.get(key);
        return other === undefined ? [] : [[key, both(below, other)] as const];
      });
      return [
        {
          ...a,
          entries: new Map([...mapScalarsOf(a, ofSibling), ...pairs.map(([key, [left]]) => [key, left] as const)]),
        },
        {
          ...b,
          entries: new Map([...mapScalarsOf(b, ofInstance), ...pairs.map(([key, [, right]]) => [key, right] as const)]),
        },
      ];
    }
    if (a.kind === 'list' && b.kind === 'list' && a.items.length === b.items.length) {
      const pairs = a.items.map((each, index) => both(each, b.items[index] ?? each));
      return [
        { ...a, items: pairs.map(([left]) => left) },
        { ...b, items: pairs.map(([, right]) => right) },
      ];
    }
    const isOpen = a.kind === 'json' || a.kind === 'sensitive' || a.kind === 'encoded';
    if (isOpen && a.kind === b.kind) {
      const [left, right] = both(a.content, b.content);
      return [
        { ...a, content: left },
        { ...b, content: right },
      ];
    }
    return [mapScalars(a, ofSibling), mapScalars(b, ofInstance)];
  };
  return both(sibling.tree, instance.tree);
};

const mapScalarsOf = (tree: Extract<Tree, { kind: 'map' }>, soften: Soften): readonly (readonly [string, Tree])[] =>
  [...tree.entries].map(([key, each]) => [key, mapScalars(each, soften)]);

/** A number that is a word of a longer text. One of more digits is no instance's, but an account or a part of an id. */
const NUMBER_WORD = /(?<=[^A-Za-z0-9])\d{1,3}(?![A-Za-z0-9])|(?<![A-Za-z0-9])\d{1,3}(?=[^A-Za-z0-9])/g;

const IPV4 = /\d{1,3}(?:\.\d{1,3}){3}/;

/** Who may come in is no instance of anything. */
const isAddress = (text: string): boolean => IPV4.test(text) || isIPv6(text.replace(/\/\d+$/, ''));

const withoutNumbers = (text: string): string => {
  const placeless = text.replace(POSITION, '$1');
  return isAddress(placeless) ? placeless : placeless.replace(NUMBER_WORD, '\uE000number\uE001');
};

/** An element of a list without numbers in its texts; a text that is but a number keeps it, and so does an address. */
export const unnumbered = (tree: Tree): Tree =>
  mapScalars(tree, (value) => (typeof value === 'string' ? withoutNumbers(value) : value));
