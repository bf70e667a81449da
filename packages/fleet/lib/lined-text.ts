import type { Position } from './invalid-file.ts';

/** From the root to a value: names of members and indexes of elements. */
export type Path = readonly PropertyKey[];

/** A text that was parsed, and whose values can be found again in it. */
export interface LinedText {
  readonly text: string;
  readonly value: unknown;
  /** Where a value begins, or what of the way to it exists. */
  positionOf(path: Path): Position;
  /** Where the name of a member begins; of what is no member, where its value does. */
  positionOfName(path: Path): Position;
}
