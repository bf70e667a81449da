import type { CellResult } from './cell.ts';

/** One line a cell, and under a red one what is wrong with it. */
export const lineOf = ({ name, port, seconds, dead, refused, problems, tookMs }: CellResult): string => {
  const [first = refused === 0 ? 'not asked' : 'healed', ...rest] = problems;
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  return `${`${name} · ${port}`.padEnd(42)} ${String(seconds).padStart(7)}  ${dead.padEnd(14)} ${String(refused).padStart(6)} ${tookMs.toFixed(0).padStart(6)}  ${first}${more}`;
};

export const tableHeader = `${'function · port'.padEnd(42)} ${'seconds'.padStart(7)}  ${'dead cache'.padEnd(14)} ${'calls'.padStart(6)} ${'ms'.padStart(6)}  what is still wrong`;

const markOf = ({ refused, problems }: CellResult): string => {
  if (problems.length > 0) return `**${problems.length} wrong**`;
  return refused === 0 ? '–' : 'healed';
};

/** The whole matrix as a document: a row a port, and in each cell the outage without and with a dead cache. */
export const documentOf = (results: readonly CellResult[], playedOn: string): string => {
  const lengths = [...new Set(results.map(({ seconds }) => seconds))];
  const red = results.filter(({ problems }) => problems.length > 0);
  const rows = [...Map.groupBy(results, ({ name, port }) => `${name} · ${port}`)].map(([port, cells]) => {
    const marks = lengths.map((length) => cells.filter(({ seconds }) => seconds === length).map(markOf));
    return `| ${port} | ${marks.map((both) => both.join(' / ')).join(' | ')} |`;
  });
  const seconds = results.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
  return `# The outage matrix

Written by \`pnpm outages --record\` on ${playedOn}: ${results.length} outages, ${red.length} of them had not healed three virtual hours later
(${seconds.toFixed(0)} s of processor time). Each cell: without / with a dead cache. \`–\`: nobody asked the port while it was away.

| function · port | ${lengths.map((length) => `${length} s`).join(' | ')} |
| --- | ${lengths.map(() => '---').join(' | ')} |
${rows.join('\n')}
${red.length === 0 ? '' : `\n${red.map(({ name, port, seconds: length, dead, problems }) => `- ${name} · ${port}, ${length} s, dead cache ${dead}: ${problems.join('; ')}`).join('\n')}\n`}`;
};
