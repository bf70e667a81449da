import { member } from '@flaghoist/plan-reading/address';
import { unknown } from '@flaghoist/plan-reading/tree';
import type { Difference } from '../compare/difference.ts';
import type { Ingredient } from './made-of.ts';

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** An ingredient as the last part of a path, so that an entry of the allow-list allows it and no other. */
const partOf = ({ text }: Ingredient): string => `.#made_of${member(onOneLine(text))}`;

const noteOf = ({ text, module, usedIn, values }: Ingredient): string => {
  const what = `${onOneLine(text)} of ${module === '' ? 'the stack' : module}`;
  const use = usedIn === undefined || usedIn === text ? '' : `, used in ${onOneLine(usedIn)}`;
  return values === undefined ? `decided by ${what}, which nobody knows before apply${use}` : `made with ${what}${use}`;
};

/** @param environments how many there are */
export const madeOfDifferences = (
  path: string,
  ingredients: readonly Ingredient[],
  environments: number,
): readonly Difference[] =>
  ingredients.map((each) => ({
    path: `${path}${partOf(each)}`,
    instance: '',
    kind: 'undecided',
    values: each.values ?? Array.from({ length: environments }, () => unknown),
    note: noteOf(each),
  }));
