const MINUTE_MS = 60_000;
/** The golden ratio's fraction: its multiples leave no part of a circle untouched for long. */
const STEP = (Math.sqrt(5) - 1) / 2;

/**
 * The list, begun somewhere else each minute, whoever has run before: what one run has no time or room for comes first in
 * another one, however much stands before it that never ends.
 *
 * @param now epoch milliseconds
 */
export const inTurn = <T>(items: readonly T[], now: number): readonly T[] => {
  const start = Math.floor(((Math.floor(now / MINUTE_MS) * STEP) % 1) * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
};
