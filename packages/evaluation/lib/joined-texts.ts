import { attributeOf, callOf } from './rule-tree.ts';

/** Places at which a text is taken apart that two attributes make without a sign between them. */
const MAX_SPLITS = 8;

/** An attribute, and a value of it. */
type Piece = readonly [name: string, text: string];

/** What the attributes of a `cat` may be where it makes this text. */
export const piecesOf = (args: readonly unknown[], text: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let open: (string | null)[] = [];
  let from = 0;
  for (const arg of args) {
    if (callOf(arg) !== null) {
      open.push(attributeOf(arg));
      continue;
    }
    const sign = String(arg);
    const index = text.indexOf(sign, from);
    if (index < 0) return [];
    pieces.push(...shared(open, text.slice(from, index)));
    open = [];
    from = index + sign.length;
  }
  return [...pieces, ...shared(open, text.slice(from))];
};

const shared = ([first, second, ...more]: readonly (string | null)[], text: string): readonly Piece[] => {
  if (first === undefined || more.length > 0) return [];
  if (second === undefined) return first === null ? [] : [[first, text]];
  return Array.from({ length: Math.min(MAX_SPLITS, text.length - 1) }, (_, index) => index + 1).flatMap((index) => [
    ...shared([first], text.slice(0, index)),
    ...shared([second], text.slice(index)),
  ]);
};
