import { diffTrees, type Step } from '@flaghoist/drift/leaves';
import type { ResourceDrift } from '@flaghoist/drift/resource-drift';
import { type Tree, unknownLeavesOf } from '@flaghoist/plan-reading/tree';

/** Where an apply would set another value than one of before has; places in lists are those of what it sets. */
const setOtherwise = (before: Tree, configured: Tree): readonly (readonly Step[])[] =>
  diffTrees(before, configured, 'after')
    .filter(({ after }) => unknownLeavesOf(after) === 0)
    .map(({ path }) => path);

/** Whether two parts may be the same, or one within the other. An element that came or went may have taken another one's place. */
const mayOverlap = (a: readonly Step[], b: readonly Step[]): boolean =>
  a.every((step, index) => {
    const other = b[index];
    if (other === undefined) return true;
    if ('name' in step || 'name' in other) return 'name' in step && 'name' in other && step.name === other.name;
    return !('index' in step && 'index' in other) || step.index === other.index;
  });

/**
 * Whether what an apply would put back is not what the last one left there: something was merged for the same part that somebody changed
 * outside, and would go along. What is gone is made anew as it is configured.
 */
export const isMergedToo = ({ outside, planned }: ResourceDrift): boolean => {
  if (planned.before.kind !== 'map' || planned.after.kind !== 'map') return false;
  const back = setOtherwise(planned.before, planned.after);
  return setOtherwise(outside.before, planned.after).some((path) => back.some((each) => mayOverlap(path, each)));
};
