import { type Cell, cells, runCell } from './cell.ts';
import { isKnownRed } from './known-red.ts';

const DAY_SECONDS = 86_400;

/**
 * What the tests play of the matrix. Days cost more than all else together: for every other port a day without a dead cache,
 * for the others a day with one. `pnpm outages` plays them all.
 */
const played: readonly Cell[] = cells.filter(({ seconds, dead, row }) =>
  seconds < DAY_SECONDS ? true : (dead === 'none') === (row % 2 === 0),
);

/** The n-th part of the matrix, so that several workers share it. */
export const describeOutages = (part: number, parts: number): void => {
  const own = played.filter((cell, place) => place % parts === part && !isKnownRed(cell));

  it.each(own)('$name · $port away for $seconds s, dead cache: $dead', async (cell) => {
    expect((await runCell(cell)).problems).toEqual([]);
  });
};
