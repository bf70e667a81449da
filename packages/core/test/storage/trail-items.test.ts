import type { SweepProgress } from '../../lib/ports/trail-store.ts';
import { SWEEP } from '../../lib/storage/keys.ts';
import { progressWrite } from '../../lib/storage/trail-items.ts';

const progress = (through: number): SweepProgress => ({ through, chain: null, askedAt: 0 });
const stored = (through: number) => ({ ...SWEEP, progress: JSON.stringify(progress(through)) });

it('how far the sweep has come is written over what was read alone, and only if it still is there', () => {
  expect(progressWrite(undefined, progress(2), undefined)).toMatchObject({ condition: { op: 'lacks' } });
  expect(progressWrite(stored(1), progress(2), progress(1))).toEqual({
    table: 'changes',
    put: stored(2),
    condition: { op: 'equals', values: { progress: stored(1).progress } },
  });
});

it.each([
  ['another one has gone on', stored(3), progress(1)],
  ['another one has begun', stored(1), undefined],
  ['it is gone', undefined, progress(1)],
] as const)('where %s meanwhile there is nothing to write', (_what, found, read) => {
  expect(progressWrite(found, progress(2), read)).toBeUndefined();
});
