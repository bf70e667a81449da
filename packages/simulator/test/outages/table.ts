import type { CellResult } from './cell.ts';

const header = `${'function · port'.padEnd(42)} ${'seconds'.padStart(7)}  ${'dead cache'.padEnd(14)} ${'calls'.padStart(6)} ${'ms'.padStart(6)}  what is still wrong`;

/** One line a cell, and under a red one what is wrong with it. */
export const lineOf = ({ name, port, seconds, dead, refused, problems, tookMs }: CellResult): string => {
  const [first = 'healed', ...rest] = problems;
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  return `${`${name} · ${port}`.padEnd(42)} ${String(seconds).padStart(7)}  ${dead.padEnd(14)} ${String(refused).padStart(6)} ${tookMs.toFixed(0).padStart(6)}  ${first}${more}`;
};

export const tableHeader = header;
