/** Levenshtein distance of short names: how many letters to add, drop or change. */
const editsBetween = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
};

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
    const edits = editsBetween(written, wanted);
    if (wanted.length >= LONG && edits <= 2) return true;
    if (present.includes(right)) return false;
    return edits <= 1 || (written.length >= MIN_BEGINNING && wanted.startsWith(written));
  });
};
