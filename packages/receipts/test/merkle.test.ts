import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import { inclusionPath, leafHash, rootFrom, rootOf } from '../lib/merkle.ts';

/** The leaves of the reference implementation of RFC 6962. */
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (hex) => leafHash(Buffer.from(hex, 'hex').toString('latin1')),
);

it.each([
  [0, hash('sha256', '')],
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
])('has the root of the reference implementation over %i leaves', (count, root) => {
  expect(rootOf(inputs.slice(0, count))).toBe(root);
});

const leavesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => leafHash(`row ${index}`));

it('leads from every leaf to the root, and from no other leaf or place', () => {
  for (let size = 1; size <= 40; size += 1) {
    const leaves = leavesOf(size);
    for (const [index, leaf] of leaves.entries()) {
      const path = inclusionPath(leaves, index);
      expect(rootFrom({ leaf, index, size, path })).toBe(rootOf(leaves));
      expect(rootFrom({ leaf: leafHash('another'), index, size, path })).not.toBe(rootOf(leaves));
      if (size > 1) expect(rootFrom({ leaf, index: (index + 1) % size, size, path })).not.toBe(rootOf(leaves));
      expect(rootFrom({ leaf, index, size, path: [...path, leaf] })).not.toBe(rootOf(leaves));
      expect(rootFrom({ leaf, index: size + index, size, path })).toBeUndefined();
    }
  }
});

it('never takes a node for a leaf', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 64 }), (size) => {
      const leaves = leavesOf(size);
      const at = 2 ** Math.floor(Math.log2(size - 1));
      const halves = [rootOf(leaves.slice(0, at)), rootOf(leaves.slice(at))];
      expect(leafHash(Buffer.from(halves.join(''), 'hex').toString('latin1'))).not.toBe(rootOf(leaves));
    }),
    { numRuns: 20 },
  );
});
