import { type Cell, type CellResult, cells, runCell, UNTIL_HEALED } from './cell.ts';

const DAY_SECONDS = 86_400;
/** No multiple of three: the kinds of dead cache take turns by three, and each has its days. */
const ROWS_PER_DEAD_DAY = 13;

/**
 * What the tests play of the matrix: every port for every time without a dead cache. With one: every second cell, as the fields
 * of one colour on a chessboard, so that each port has some and each time has half of the ports; and days, which take as long as
 * all else together, for every 13th port. `pnpm outages` plays the rest.
 */
export const played: readonly Cell[] = cells.filter(({ seconds, dead, row, column }) => {
  if (dead === 'none') return true;
  return seconds < DAY_SECONDS ? (row + column) % 2 === 0 : row % ROWS_PER_DEAD_DAY === 0;
});

const weightOf = ({ seconds, dead }: Cell): number => (seconds < DAY_SECONDS ? 1 : 6) * (dead === 'none' ? 1 : 2);

/** Plays the n-th part of what the tests play, so that several processes share it. All parts take equally long. */
export async function* playPart(part: number, parts: number): AsyncGenerator<CellResult> {
  const own = played.toSorted((a, b) => weightOf(b) - weightOf(a)).filter((_, place) => place % parts === part);
  for (const cell of own) yield await runCell(cell, UNTIL_HEALED);
}
