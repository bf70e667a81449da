import { member } from '@flaghoist/plan-reading/address';
import type { Tree } from '@flaghoist/plan-reading/tree';

/** Members and element numbers from a resource down. */
export type Steps = readonly (string | number)[];

/** What of a value is known only after apply. */
export const unknownsIn = (tree: Tree, steps: Steps = []): readonly Steps[] => {
  switch (tree.kind) {
    case 'unknown':
      return [steps];
    case 'map':
      return [...tree.entries].flatMap(([key, each]) => unknownsIn(each, [...steps, key]));
    case 'list':
      return tree.items.flatMap((each, index) => unknownsIn(each, [...steps, index]));
    case 'json':
    case 'sensitive':
      return unknownsIn(tree.content, steps);
    case 'scalar':
    case 'encoded':
      return [];
  }
};

export const pathOfSteps = (steps: Steps): string =>
  steps.map((step) => (typeof step === 'number' ? '[*]' : member(step))).join('');
