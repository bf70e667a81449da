import type { FactsWorld, Flag } from './facts.ts';

const flag = (changed: Partial<Flag> = {}): Flag => ({
  state: 'live',
  needs: [],
  everywhere: true,
  order: 1,
  facts: 1,
  ...changed,
});
const absent = flag({ state: 'absent', order: 0, facts: 0 });

export const factsWorlds: Readonly<Record<string, FactsWorld>> = {
  'base is archived while child begins to need it': {
    flags: { base: flag(), child: flag() },
    operations: [
      { does: 'archive', flag: 'base' },
      { does: 'need', flag: 'child', other: 'base' },
    ],
  },
  'two flags begin to need each other': {
    flags: { a: flag(), b: flag() },
    operations: [
      { does: 'need', flag: 'a', other: 'b' },
      { does: 'need', flag: 'b', other: 'a' },
    ],
  },
  'three flags begin to need each other': {
    flags: { a: flag(), b: flag(), c: flag() },
    operations: [
      { does: 'need', flag: 'a', other: 'b' },
      { does: 'need', flag: 'b', other: 'c' },
      { does: 'need', flag: 'c', other: 'a' },
    ],
  },
  'child drops base, base is archived, the drop is taken back': {
    flags: { base: flag(), child: flag({ needs: ['base'] }) },
    operations: [
      { does: 'drop', flag: 'child', other: 'base' },
      { does: 'archive', flag: 'base' },
      { does: 'take back', flag: 'child', operation: 0 },
    ],
  },
  'base is created, child begins to need it, the creation is taken back': {
    flags: { base: absent, child: flag() },
    operations: [
      { does: 'create', flag: 'base' },
      { does: 'need', flag: 'child', other: 'base' },
      { does: 'take back', flag: 'base', operation: 0 },
    ],
  },
  'b drops a, a begins to need b, the drop is taken back': {
    flags: { a: flag(), b: flag({ needs: ['a'] }) },
    operations: [
      { does: 'drop', flag: 'b', other: 'a' },
      { does: 'need', flag: 'a', other: 'b' },
      { does: 'take back', flag: 'b', operation: 0 },
    ],
  },
  'base leaves services while child begins to need it': {
    flags: { base: flag(), child: flag() },
    operations: [
      { does: 'narrow', flag: 'base' },
      { does: 'need', flag: 'child', other: 'base' },
    ],
  },
  'base leaves services while child, which needs it, comes to them': {
    flags: { base: flag(), child: flag({ needs: ['base'], everywhere: false }) },
    operations: [
      { does: 'narrow', flag: 'base' },
      { does: 'widen', flag: 'child' },
    ],
  },
  'base comes to services, child begins to need it, the coming is taken back': {
    flags: { base: flag({ everywhere: false }), child: flag() },
    operations: [
      { does: 'widen', flag: 'base' },
      { does: 'need', flag: 'child', other: 'base' },
      { does: 'take back', flag: 'base', operation: 0 },
    ],
  },
  'two look-alikes are created': {
    flags: { 'a.b-c': absent, 'a-b.c': absent },
    operations: [
      { does: 'create', flag: 'a.b-c' },
      { does: 'create', flag: 'a-b.c' },
    ],
  },
  'base is archived while child, which needs it, is edited and drops it': {
    flags: { base: flag(), child: flag({ needs: ['base'] }) },
    operations: [
      { does: 'archive', flag: 'base' },
      { does: 'edit', flag: 'child' },
      { does: 'drop', flag: 'child', other: 'base' },
    ],
  },
  'base leaves services and begins to need child, which needs it and is edited': {
    flags: { base: flag(), child: flag({ needs: ['base'] }) },
    operations: [
      { does: 'narrow', flag: 'base' },
      { does: 'need', flag: 'base', other: 'child' },
      { does: 'edit', flag: 'child' },
    ],
  },
  'base is killed while two flags begin to need it': {
    flags: { base: flag(), child: flag(), other: flag() },
    operations: [
      { does: 'kill', flag: 'base' },
      { does: 'need', flag: 'child', other: 'base' },
      { does: 'need', flag: 'other', other: 'base' },
    ],
  },
};
