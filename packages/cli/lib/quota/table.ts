import { type QuotaReport, shareOf, type Verdict } from '@flaghoist/capacity/quota/check';
import { visibleText } from '@flaghoist/core/visible-text';
import type { Output } from '../output.ts';
import { tableLines } from '../table.ts';
import { counted } from '../terminal.ts';

/** What is less used than that is shown with --all only. */
const WORTH_SHOWING = 0.5;
const LONGEST_PLACE = 46;

/** A small rate is not nothing. */
const rate = (value: number): string =>
  value < 1 ? value.toLocaleString('en-US', { maximumSignificantDigits: 2 }) : figure(value);

const figure = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });

const usedOf = ({ used, atLeast, atMost }: Verdict): string =>
  `${atLeast === null ? '' : '≥ '}${atMost === null ? '' : '≤ '}${figure(used)}`;

const limitOf = ({ limit, applied }: Verdict): string =>
  limit === null ? 'unknown' : `${figure(limit)}${applied ? ' (yours)' : ''}`;

const canGrow = ({ adjustable, most }: Verdict): string => {
  if (!adjustable) return 'fixed';
  return most === null ? 'can be raised' : `up to ${figure(most)}`;
};

const shareText = (verdict: Verdict): string =>
  verdict.limit === null ? '' : `${Math.round(shareOf(verdict) * 100)} %`;

const columns = [
  { title: '' },
  { title: 'quota' },
  { title: 'region' },
  { title: 'used', align: 'right' },
  { title: 'limit', align: 'right' },
  { title: '', align: 'right' },
  { title: 'limit is' },
  { title: 'of' },
] as const;

const marks: Readonly<Record<Verdict['status'], string>> = { exceeded: '✗', undecided: '?', 'no number': '?', ok: '✓' };

/** An address says at its end what it is. */
const endOf = (text: string): string => (text.length <= LONGEST_PLACE ? text : `…${text.slice(1 - LONGEST_PLACE)}`);

/** One row for a quota that stands alike in several regions: the fullest, which comes first. */
const rowOf = ([first, ...others]: readonly [Verdict, ...Verdict[]]): readonly string[] => [
  marks[first.status],
  `${first.service}: ${first.name}`,
  `${first.region ?? 'account'}${others.length === 0 ? '' : ` +${others.length}`}`,
  usedOf(first),
  limitOf(first),
  shareText(first),
  canGrow(first),
  endOf(first.of ?? ''),
];

const grouped = (verdicts: readonly Verdict[]): readonly (readonly [Verdict, ...Verdict[]])[] =>
  [...Map.groupBy(verdicts, ({ quota, status }) => `${status} ${quota}`).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );

/** The quotas for people: what is exceeded first, then the fullest, and what to ask for. */
export const sayQuotas = (output: Output, report: QuotaReport, { all }: { readonly all: boolean }): void => {
  const { bold, dim, red, green, yellow } = output.colours;
  const shown = report.verdicts.filter((each) => all || each.status !== 'ok' || shareOf(each) >= WORTH_SHOWING);
  const rows = grouped(shown);
  const [titles = '', ...lines] = tableLines(columns, rows.map(rowOf));
  const paints = { exceeded: red, undecided: yellow, 'no number': yellow, ok: (text: string) => text };
  if (shown.length > 0) output.say(dim(titles));
  for (const [index, [{ status }]] of rows.entries()) output.say(paints[status](lines[index] ?? ''));
  if (shown.length > 0) output.say();

  const unknown = new Set(
    shown.flatMap(({ name, atLeast, atMost }) => {
      const what = atLeast ?? atMost;
      return what === null ? [] : [`not known of ${name}: ${visibleText(what)}`];
    }),
  );
  for (const line of unknown) output.say(dim(line));
  if (report.withoutRegion > 0) {
    output.say(yellow(`${counted(report.withoutRegion, 'resource')} in no known region: name the plan as REGION=FILE`));
  }
  if (unknown.size > 0 || report.withoutRegion > 0) output.say();

  const requests = report.verdicts.flatMap(({ name, request }) => (request === null ? [] : [{ name, request }]));
  for (const { name, request } of requests) output.say(`${bold(name)}\n  ${visibleText(request)}`);
  if (requests.length > 0) output.say();

  const { exceeded, undecided, ok } = report.counts;
  const hidden = report.verdicts.length - shown.length;
  const places = `${counted(report.resources, 'resource')} in ${counted(report.regions.length, 'region')}, ${rate(report.changesPerSecond)} ${report.changesPerSecond === 1 ? 'change' : 'changes'} a second`;
  output.say(
    `${bold(exceeded === 0 ? green('Fits') : red(`Does not fit, ${exceeded} exceeded`))}: ${ok} kept, ${undecided} undecided, ${report.counts['no number']} without a number; ${places}`,
  );
  output.say(
    dim(
      `limits as of ${report.asOf}${hidden === 0 ? '' : `; ${hidden} that are less than half used are shown with --all`}`,
    ),
  );
};
