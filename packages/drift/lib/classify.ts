import type { Tree } from '@flaghoist/plan-reading/tree';
import { diffTrees, type Leaf, overlap, type Step } from './leaves.ts';

/**
 * - `pending`: nobody changed it; the configuration wants something else (merged, not applied)
 * - `state-only`: changed outside of Terraform, and the configuration does not mind
 * - `configuration`: changed outside of Terraform, against the configuration
 */
export type DriftClass = 'pending' | 'state-only' | 'configuration';

export interface ClassifiedLeaf {
  readonly path: readonly Step[];
  readonly class: DriftClass;
  /** As the last apply left it. */
  readonly recorded: Tree;
  /** As it was just read. */
  readonly now: Tree;
  /** As the next apply would make it. */
  readonly configured: Tree;
  /** An apply has written it into the state as it was read: `recorded` is what is accounted for, not what the state has. */
  readonly isTakenIn?: true;
}

export interface ThreeValues {
  readonly recorded: Tree;
  readonly now: Tree;
  /** `undefined` when Terraform could not plan it. */
  readonly configured: Tree | undefined;
  /** Whether the configuration sets the argument that a path begins with; otherwise the provider computes it. */
  readonly isConfigured: (path: readonly Step[]) => boolean;
}

/**
 * What differs between record, reality and configuration, part by part. A part that is not in the result is clean.
 *
 * A value that is known only after apply and that the configuration does not set follows from others and has no class of its
 * own. An outside change counts as one against the configuration where it is not certain.
 */
export const classify = ({ recorded, now, configured, isConfigured }: ThreeValues): readonly ClassifiedLeaf[] => {
  const outside = diffTrees(recorded, now, 'after');
  if (configured === undefined) return outside.map((leaf) => outsideChange(leaf, 'configuration', leaf.before));
  const planned = diffTrees(now, configured, 'before').filter(
    ({ path, after }) => !isUnknown(after) || path.length === 0 || isConfigured(path),
  );
  return [
    ...outside.map((leaf) => {
      const against = planned.filter(({ path }) => overlap(path, leaf.path));
      const wanted = against.find(({ path }) => samePath(path, leaf.path));
      return against.length === 0
        ? outsideChange(leaf, 'state-only', leaf.after)
        : outsideChange(leaf, 'configuration', wanted?.after ?? leaf.before);
    }),
    ...planned
      .filter(({ path }) => !outside.some((leaf) => overlap(leaf.path, path)))
      .map(({ path, before, after }) => ({
        path,
        class: 'pending' as const,
        recorded: before,
        now: before,
        configured: after,
      })),
  ];
};

const outsideChange = ({ path, before, after }: Leaf, kind: DriftClass, configured: Tree): ClassifiedLeaf => ({
  path,
  class: kind,
  recorded: before,
  now: after,
  configured,
});

const isUnknown = (tree: Tree): boolean =>
  tree.kind === 'unknown' || (tree.kind === 'sensitive' && isUnknown(tree.content));

const stepText = (step: Step): string => JSON.stringify(step);

const samePath = (a: readonly Step[], b: readonly Step[]): boolean =>
  a.length === b.length && a.every((step, index) => stepText(step) === stepText(b[index] ?? step));
