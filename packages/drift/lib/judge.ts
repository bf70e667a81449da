import { ABSENT, type Tree } from '@flaghoist/plan-reading/tree';
import type { Change } from './access/opening.ts';
import { isAbout, openingsOf } from './access/openings.ts';
import { scalarsIn, switched } from './access/switches.ts';
import type { ClassifiedLeaf } from './classify.ts';
import { pathText, type Step } from './leaves.ts';
import { type Concern, concernRank, concerns, FORBIDS_PUBLIC_ACCESS, type Severity, tableConcern } from './severity.ts';

/** What was found of a resource or of an output, and the whole that it is part of. */
export interface Judged {
  readonly address: string;
  readonly type: string;
  readonly leaves: readonly ClassifiedLeaf[];
  readonly outside: Change;
  readonly planned: Change;
}

const isExistence = ({ path: [first] }: ClassifiedLeaf): boolean =>
  first !== undefined && 'name' in first && first.name === '#existence';

const nameOf = (path: readonly Step[]): string => path.flatMap((step) => ('name' in step ? [step.name] : [])).join('.');

/**
 * How bad each changed part is: what the whole rule, policy or permission that it is part of lets in by now and did not before,
 * and what the part decides by itself, by the reviewed tables. The worst counts.
 */
export const judge = ({ type, leaves, outside, planned }: Judged): ((leaf: ClassifiedLeaf) => Severity) => {
  const openings = {
    outside: leaves.some(({ class: kind }) => kind !== 'pending') ? openingsOf(outside) : [],
    planned: leaves.some(({ class: kind }) => kind === 'pending') ? openingsOf(planned) : [],
  };
  return (leaf) => {
    const isPending = leaf.class === 'pending';
    const [before, after] = isPending ? [leaf.now, leaf.configured] : [leaf.recorded, leaf.now];
    const whole = isPending ? planned : outside;
    const { opened, closed } = isExistence(leaf)
      ? ofExistence(type, whole)
      : switched(type, scalarsIn(before, nameOf(leaf.path)), scalarsIn(after, nameOf(leaf.path)));
    const listed = tableConcern({ type, path: pathText(leaf.path) });
    const openedWhole = (isPending ? openings.planned : openings.outside).filter((each) => isAbout(each, leaf));
    const found: readonly Concern[] = [
      // What is closed by now lets nobody in, whatever it decides.
      closed && listed === 'public access' ? 'network' : listed,
      ...opened,
      ...openedWhole.map(({ concern }) => concern),
    ];
    const concern = found.toSorted((a, b) => concernRank(a) - concernRank(b))[0] ?? listed;
    return { concern, level: concerns[concern] };
  };
};

/** What came to be open, or is open no more, because a resource is there or gone. */
export const ofExistence = (type: string, { before, after }: Change) => {
  const isGone = after.kind === 'scalar';
  const values = (tree: Tree) => scalarsIn(isGone && !FORBIDS_PUBLIC_ACCESS.test(type) ? ABSENT : tree, '');
  return switched(type, values(before), values(after));
};
