import { at, type Place } from './place.ts';

/** A condition of an `if`, and what it answers where the condition holds. */
export interface Branch {
  readonly condition: unknown;
  readonly answer: unknown;
  /** Of the condition. */
  readonly place: Place;
}

/** Condition, answer, condition, answer, …, and what is answered otherwise. @param inside the place of the arguments */
export const branchesOf = (args: readonly unknown[], inside: Place): readonly Branch[] =>
  args.flatMap((condition, index) =>
    index % 2 === 0 && index + 1 < args.length
      ? [{ condition, answer: args[index + 1], place: at(inside, index) }]
      : [],
  );

/** The place of the else among the arguments of an `if`; -1 without one: then it is the default variant. */
export const elseIndex = (args: readonly unknown[]): number => (args.length % 2 === 1 ? args.length - 1 : -1);
