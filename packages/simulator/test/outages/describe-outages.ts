import { type Cell, cells, NOBODY_ASKED, runCell, UNTIL_HEALED } from './cell.ts';

const DAY_SECONDS = 86_400;
/** Not three: the kinds of dead cache take turns by three, and each has its days. */
const ROWS_PER_DEAD_DAY = 4;

/**
 * What the tests play of the matrix: all of it but days with a dead cache, which take as long as all else together. Of those
 * every fourth port has one. `pnpm outages` plays the rest.
 */
const played: readonly Cell[] = cells.filter(
  ({ seconds, dead, row }) => seconds < DAY_SECONDS || dead === 'none' || row % ROWS_PER_DEAD_DAY === 0,
);

const weightOf = ({ seconds, dead }: Cell): number => (seconds < DAY_SECONDS ? 1 : 6) * (dead === 'none' ? 1 : 2);

/** The n-th part of the matrix, so that several workers share it. All parts take equally long. */
export const describeOutages = (part: number, parts: number): void => {
  const own = played.toSorted((a, b) => weightOf(b) - weightOf(a)).filter((_, place) => place % parts === part);

  it.each(own)('$name · $port away for $seconds s, dead cache: $dead', async (cell) => {
    const { problems } = await runCell(cell, UNTIL_HEALED);
    // Whether each length meets a call is for `pnpm outages` to say: the hour of a sweep may fall beside an outage.
    expect(problems.filter((problem) => problem !== NOBODY_ASKED)).toEqual([]);
  });
};
