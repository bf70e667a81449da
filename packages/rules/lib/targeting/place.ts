import { pointerTo } from '../pointer.ts';

/** Where a value stands, as a list from the leaf to the root: its pointer is only written out for a finding. */
export interface Place {
  readonly parent: Place | null;
  readonly part: string | number;
}

export const at = (parent: Place | null, part: string | number): Place => ({ parent, part });

/** The JSON Pointer of a place. */
export const pointerOf = (place: Place): string => {
  const parts: (string | number)[] = [];
  for (let step: Place | null = place; step !== null; step = step.parent) parts.push(step.part);
  return pointerTo(...parts.reverse());
};
