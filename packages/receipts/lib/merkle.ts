import { createHash, hash } from 'node:crypto';

/*
 * The Merkle tree of RFC 9162, section 2.1 (that of RFC 6962): leaves and nodes are hashed under prefixes of their own, so that no
 * node can be passed off as a leaf. Hashes are SHA-256 in lower-case hexadecimal.
 */

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const leafHash = (text: string): string => createHash('sha256').update(LEAF).update(text).digest('hex');

const nodeHash = (left: string, right: string): string =>
  createHash('sha256').update(NODE).update(Buffer.from(left, 'hex')).update(Buffer.from(right, 'hex')).digest('hex');

/** Of a tree without leaves. */
const EMPTY = hash('sha256', '');

/** The largest power of two below a number of leaves. */
const split = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));

/** @param leaves their hashes, in order */
export const rootOf = (leaves: readonly string[]): string => {
  const [first = EMPTY] = leaves;
  if (leaves.length < 2) return first;
  const at = split(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, at)), rootOf(leaves.slice(at)));
};

/** The audit path of a leaf, from its neighbour up (RFC 9162, 2.1.3.1). */
export const inclusionPath = (leaves: readonly string[], index: number): readonly string[] => {
  if (leaves.length < 2) return [];
  const at = split(leaves.length);
  const [own, other] = [leaves.slice(0, at), leaves.slice(at)];
  return index < at
    ? [...inclusionPath(own, index), rootOf(other)]
    : [...inclusionPath(other, index - at), rootOf(own)];
};

interface Included {
  readonly leaf: string;
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}

/** The root to which a path leads from a leaf (RFC 9162, 2.1.3.2); `undefined` for a path that no leaf of that place has. */
export const rootFrom = ({ leaf, index, size, path }: Included): string | undefined => {
  if (index >= size) return undefined;
  let [place, last, root] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (place % 2 === 1 || place === last) {
      root = nodeHash(sibling, root);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else root = nodeHash(root, sibling);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : undefined;
};
