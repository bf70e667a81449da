import { namesOf, type ParityReport, type ReportedDifference } from '@flaghoist/parity/report/report';
import type { Output } from '../output.ts';
import { shortened as shortenedTo } from '../terminal.ts';

const LONGEST_VALUE = 40;
const SHOWN_INSTANCES = 3;

const shortened = (text: string): string => shortenedTo(text, LONGEST_VALUE);

/** Differences of one path with the same values are one row. */
const rowsOf = (differences: readonly ReportedDifference[]): readonly (readonly ReportedDifference[])[] =>
  Object.values(
    Object.groupBy(differences, ({ part, path, values, problem, note }) =>
      JSON.stringify([part, path, values, problem, note]),
    ),
  ).map((row) => row ?? []);

const instancesOf = (row: readonly ReportedDifference[]): string => {
  const named = row.map(({ instance }) => instance).filter((instance) => instance !== '');
  if (named.length === 0) return '';
  const more = named.length - SHOWN_INSTANCES;
  return ` ${named.slice(0, SHOWN_INSTANCES).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** The differences as a table for people, violations first. */
export const sayDifferences = (output: Output, report: ParityReport): void => {
  const { differences, allowList } = report;
  const { bold, dim, red, green } = output.colours;
  const names = namesOf(report);
  const widths = names.map((name) =>
    Math.max(name.length, ...differences.map(({ values }) => shortened(values[name] ?? '–').length)),
  );
  for (const row of rowsOf(differences)) {
    const [first] = row;
    if (first === undefined) continue;
    const mark = first.status === 'violation' ? red('✗') : green('✓');
    const part = first.part === undefined ? '' : `${dim(first.part)} `;
    output.say(
      `${mark} ${part}${bold(first.path)}${dim(instancesOf(row))}${first.kind === 'undecided' ? ' undecided' : ''}`,
    );
    const values = names.map((name, index) => {
      const text = shortened(first.values[name] ?? '–');
      return `${dim(name)} ${text.padEnd(widths[index] ?? 0)}`;
    });
    output.say(`    ${values.join('   ').trimEnd()}`);
    if (first.problem !== null) output.say(`    ${red(first.problem)}${first.note === null ? '' : ` (${first.note})`}`);
    for (const { line, reason, owner, expires, direction } of allowList) {
      if (first.allowedBy.includes(line)) output.say(dim(`    ${direction}: ${reason} (${owner}, until ${expires})`));
    }
  }
  if (differences.length > 0) output.say();
};
