import type { ClassifiedLeaf } from '../classify.ts';
import type { Step } from '../leaves.ts';
import { firewallOpenings } from './firewalls.ts';
import type { Change, Opening } from './opening.ts';
import { policyOpenings } from './policy-openings.ts';
import { ruleOpenings } from './rule-openings.ts';
import { sharingOpenings } from './sharing.ts';

/** All that a resource lets in after a change and did not before. */
export const openingsOf = (change: Change): readonly Opening[] => [
  ...ruleOpenings(change),
  ...policyOpenings(change),
  ...sharingOpenings(change),
  ...firewallOpenings(change),
];

const same = (a: Step, b: Step): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether one of two paths leads to the other. */
const isWithin = (a: readonly Step[], b: readonly Step[]): boolean =>
  a.every((step, index) => {
    const other = b[index];
    return other === undefined || same(step, other);
  });

/** Whether an opening comes by this changed part of the resource. */
export const isAbout = ({ paths }: Opening, { path, class: kind }: Pick<ClassifiedLeaf, 'path' | 'class'>): boolean => {
  const [first] = path;
  if (first === undefined) return true;
  if ('name' in first && first.name.startsWith('#')) return first.name === '#existence';
  return paths.some((each) => {
    // Places in lists are counted in the value of now, which of a pending change is the one before.
    const names = each.findIndex((step) => !('name' in step));
    return isWithin(kind === 'pending' && names >= 0 ? each.slice(0, names) : each, path);
  });
};
