import { distance } from 'fastest-levenshtein';

/** Nobody types a longer name: the work for each is bounded. */
const MAX_LENGTH = 64;

/** How many letters to add, drop or change. */
export const editsBetween = (wrong: string, name: string): number => distance(wrong.slice(0, MAX_LENGTH), name);

/** The name that was probably meant, when one is near enough to be a slip of the fingers. */
export const nearestName = (wrong: string, names: readonly string[]): string | undefined => {
  const nearest = names
    .map((name) => ({ name, edits: editsBetween(wrong.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits)[0];
  return nearest !== undefined && nearest.edits <= Math.max(1, wrong.length / 3) ? nearest.name : undefined;
};

/** A way out for a name that is none of those there are. */
export const meant = (wrong: string, names: readonly string[]): string => {
  const nearest = nearestName(wrong, names);
  return nearest === undefined ? `Write one of ${names.join(', ')}.` : `Did you mean ${JSON.stringify(nearest)}?`;
};
