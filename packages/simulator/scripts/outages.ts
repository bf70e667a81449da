import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeError } from '@flaghoist/core/describe-error';
import { InvalidInputError } from '@flaghoist/core/errors';
import { systemClock } from '@flaghoist/system/clock';
import { cells, runCell } from '../test/outages/cell.ts';
import { documentOf, lineOf, tableHeader } from '../test/outages/table.ts';

/*
 * pnpm outages [part of "function · port"] [--seconds 60] [--dead none] [--red] [--all] [--json] [--record]: what is left of each
 * outage three virtual hours later. Exit code 1: something is; 64: wrong use, or there is no such outage.
 */

const options = {
  seconds: { type: 'string' },
  dead: { type: 'string' },
  /** Only the cells that have not healed. */
  red: { type: 'boolean', default: false },
  /** All that is wrong with a cell, not only the first. */
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  /** Writes outages.md, from the whole matrix. */
  record: { type: 'boolean', default: false },
} as const;

const misused = (problem: string, hint: string): never => {
  console.error(describeError(new InvalidInputError('what is asked for', [problem], hint)));
  process.exit(64);
};

const asked = () => {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return misused(
      String(error instanceof Error ? error.message : error),
      'pnpm outages [part of "function · port"] [--seconds 60] [--dead none] [--red] [--all] [--json] [--record]',
    );
  }
};

const { values, positionals } = asked();

const chosen = cells.filter(
  ({ name, port, seconds, dead }) =>
    positionals.every((part) => `${name} · ${port}`.includes(part)) &&
    (values.seconds === undefined || Number(values.seconds) === seconds) &&
    (values.dead === undefined || (values.dead === 'none') === (dead === 'none')),
);
if (chosen.length === 0) {
  misused(
    'there is no such outage',
    `Name a part of "function · port", such as "${cells[0]?.name} · ${cells[0]?.port}", and one of ${[...new Set(cells.map(({ seconds }) => seconds))].join(', ')} seconds.`,
  );
}

const results = [];
if (!values.json) console.log(tableHeader);
for (const cell of chosen) {
  const result = await runCell(cell);
  results.push(result);
  if (values.json || (values.red && result.problems.length === 0)) continue;
  console.log(lineOf(result));
  if (values.all) for (const problem of result.problems.slice(1)) console.log(`    ${problem}`);
}

const red = results.filter(({ problems }) => problems.length > 0);
const seconds = results.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
if (values.json) console.log(JSON.stringify(results, null, 2));
else console.log(`${results.length} outages, ${red.length} have not healed, ${seconds.toFixed(1)} s`);
if (values.record) {
  if (chosen.length < cells.length)
    throw new RangeError('--record is for the whole matrix: leave out what chooses some of it');
  writeFileSync(
    new URL('../outages.md', import.meta.url),
    documentOf(results, new Date(systemClock.now()).toISOString().slice(0, 10)),
  );
}
process.exitCode = red.length === 0 ? 0 : 1;
