import { distance } from 'fastest-levenshtein';

const letters = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** No misspelling is longer; the work for each name is bounded. */
const MAX_LENGTH = 32;
/** A name this long is hardly met by chance with one or two other letters. */
const LONG = 8;
/** What is left of a name that was cut short: target for targeting, default for defaultVariant. */
const MIN_BEGINNING = 6;

/**
 * Which of the known names this one is probably meant to be; `undefined` when it is not like any, or when the one that it is
 * a little like is there as well: `stage` beside `state` is a name of its own.
 *
 * @param present the names of all members of the object
 */
export const misspelt = (name: string, known: readonly string[], present: readonly string[]): string | undefined => {
  if (name.length > MAX_LENGTH) return undefined;
  const written = letters(name);
  return known.find((right) => {
    const wanted = letters(right);
    if (written === wanted) return true;
    const edits = distance(written, wanted);
    if (wanted.length >= LONG && edits <= 2) return true;
    if (present.includes(right)) return false;
    return edits <= 1 || (written.length >= MIN_BEGINNING && wanted.startsWith(written));
  });
};
