/** "a, b, c and 4 more": few enough to be read. */
export const firstNames = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
