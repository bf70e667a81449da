/** Levenshtein distance: how many letters to add, drop or change. */
export const editsBetween = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= Math.min(a.length, 64); row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
};

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
