import type { CostReport } from '@flaghoist/capacity/cost/report';
import { visibleText } from '@flaghoist/core/visible-text';
import type { Output } from '../output.ts';
import { tableLines } from '../table.ts';
import { counted } from '../terminal.ts';

/** What is less than that is no row of its own. */
const WORTH_SHOWING_USD = 0.5;
const SHOWN_UNPRICED = 12;

const money = (usd: number): string =>
  usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const share = (usd: number, of: number): string => (of === 0 ? '' : `${Math.round((usd / of) * 100)} %`);

const sayTable = (
  output: Output,
  title: string,
  busy: string,
  rows: readonly { readonly name: string; readonly idleUsd: number; readonly usd: number; readonly more?: string }[],
  last?: string,
): void => {
  const columns = [
    { title },
    { title: 'idle', align: 'right' },
    { title: busy, align: 'right' },
    { title: last ?? '', ...(last === undefined && { align: 'right' as const }) },
  ] as const;
  const [titles = '', ...lines] = tableLines(
    columns,
    rows.map(({ name, idleUsd, usd, more = '' }) => [name, money(idleUsd), money(usd), more]),
  );
  output.say(output.colours.dim(titles));
  for (const line of lines) output.say(line);
  output.say();
};

/** The bill for people: what is dearest first, then by region, what would make it less, and what is not in it. */
export const sayCost = (output: Output, report: CostReport): void => {
  const { bold, dim, yellow } = output.colours;
  const { items, regions, levers, pulled, unpriced, unverified, usd, idleUsd } = report;
  const busy = `${report.changesPerDay.toLocaleString('en-US')} changes a day`;
  const shown = items.filter((item) => Math.max(item.usd, item.idleUsd) >= WORTH_SHOWING_USD);
  const small = items.filter((item) => !shown.includes(item));
  const sumOf = (of: 'usd' | 'idleUsd'): number => small.reduce((sum, item) => sum + item[of], 0);
  sayTable(output, 'USD a month', busy, [
    ...shown.map((item) => ({ ...item, more: share(item.usd, usd) })),
    ...(small.length === 0
      ? []
      : [{ name: `${small.length} more, less than half a dollar each`, idleUsd: sumOf('idleUsd'), usd: sumOf('usd') }]),
    { name: 'sum', idleUsd, usd },
  ]);
  if (regions.length > 1) {
    sayTable(
      output,
      'by region',
      busy,
      regions.map((each) => ({
        ...each,
        name: each.region === report.home ? `${each.region} (home)` : each.region,
        more: share(each.usd, usd),
      })),
    );
  }
  if (levers.length > 0) {
    sayTable(
      output,
      'what each lever saves by itself',
      busy,
      levers.map((each) => ({ ...each, name: each.what, more: each.costs === null ? 'no promise' : each.costs })),
      'costs',
    );
    output.say(`With all that cost no promise: ${money(pulled.idleUsd)} idle, ${money(pulled.usd)} at ${busy}`);
    output.say();
  }
  for (const what of unpriced.slice(0, SHOWN_UNPRICED)) output.say(yellow(`not in the sum: ${visibleText(what)}`));
  if (unpriced.length > SHOWN_UNPRICED)
    output.say(yellow(`not in the sum: ${unpriced.length - SHOWN_UNPRICED} more, shown with --json`));
  if (unverified.length > 0) output.say(dim(`look up before relying on them: ${unverified.join(', ')}`));
  if (unpriced.length + unverified.length > 0) output.say();
  output.say(
    `${bold(`${money(idleUsd)} USD a month idle, ${money(usd)} at ${busy}`)} in ${counted(regions.length, 'region')}`,
  );
  output.say(
    dim(
      `list prices as of ${report.pricesAsOf}, load as assumed on ${report.assumptionsAsOf}: ${report.flags.toLocaleString('en-US')} flags, ${report.services === null ? 'each change for all services' : `each change for ${counted(report.services, 'service')}`}`,
    ),
  );
};
