import { canonicalJson } from '@flaghoist/core/canonical-json';
import { elseIndex } from './branches.ts';
import type { Operation } from './operations.ts';

/** What the last branch of an `if` and its else both answer; `undefined` where they differ. */
export const sameAnswerOf = ({ operator, args }: Operation): unknown => {
  if (operator !== 'if' || elseIndex(args) < 2) return undefined;
  const [yes, no] = [args.at(-2), args.at(-1)];
  const same =
    typeof yes === 'object' && typeof no === 'object' ? canonicalJson(yes) === canonicalJson(no) : yes === no;
  return same ? yes : undefined;
};
