import { namesOf, type ParityReport, type ReportedDifference } from '@flaghoist/parity/report/report';
import type { Output } from '../output.ts';
import { shortened as shortenedTo } from '../terminal.ts';

const LONGEST_VALUE = 40;
const SHOWN = 3;

const shortened = (text: string): string => shortenedTo(text, LONGEST_VALUE);

type Row = readonly ReportedDifference[];

const groupedBy = (row: Row, key: (difference: ReportedDifference) => unknown): readonly Row[] =>
  Object.values(Object.groupBy(row, (difference) => JSON.stringify(key(difference)))).map((group) => group ?? []);

/** An attribute without the resource that has it. */
const attributeOf = (path: string): string => path.split('.').slice(-2).join('.');

const pathsOf = (row: Row): readonly string[] => [...new Set(row.map(({ path }) => path))];

/** What is said of one path is a row, and so is what is said of one attribute of many resources: a default tag reaches all of them. */
const rowsOf = (differences: Row): readonly Row[] =>
  groupedBy(differences, ({ part, path, values, problem, note, allowedBy }) => [
    part,
    attributeOf(path),
    values,
    problem,
    note,
    allowedBy,
  ]).flatMap((row) => (pathsOf(row).length > SHOWN ? [row] : groupedBy(row, ({ path }) => path)));

const some = (names: readonly string[]): string => {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** @returns what a row is called, and where it is */
const titleOf = (row: Row, path: string): readonly [string, string] => {
  const paths = pathsOf(row);
  if (paths.length > 1) {
    const attribute = attributeOf(path);
    const owners = paths.map((each) => each.slice(0, -attribute.length - 1));
    return [`…${attribute}`, ` of ${paths.length}: ${some(owners)}`];
  }
  const instances = row.map(({ instance }) => instance).filter((instance) => instance !== '');
  return [path, instances.length === 0 ? '' : ` ${some(instances)}`];
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
    const [path, where] = titleOf(row, first.path);
    output.say(`${mark} ${part}${bold(path)}${dim(where)}${first.kind === 'undecided' ? ' undecided' : ''}`);
    // What no plan decides may have no values at all.
    if (names.some((name) => (first.values[name] ?? null) !== null)) {
      const values = names.map((name, index) => {
        const text = shortened(first.values[name] ?? '–');
        return `${dim(name)} ${text.padEnd(widths[index] ?? 0)}`;
      });
      output.say(`    ${values.join('   ').trimEnd()}`);
    }
    if (first.problem !== null) output.say(`    ${red(first.problem)}${first.note === null ? '' : ` (${first.note})`}`);
    for (const { line, reason, owner, expires, direction } of allowList) {
      if (first.allowedBy.includes(line)) output.say(dim(`    ${direction}: ${reason} (${owner}, until ${expires})`));
    }
  }
  if (differences.length > 0) output.say();
};
