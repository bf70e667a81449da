import { costReport } from '@flaghoist/capacity/cost/report';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { numberBetween } from '../option-values.ts';
import { type LoadOptions, plannedWorld, withLoad, withPlans } from '../planned-world.ts';
import { sayCost } from './table.ts';

interface CostOptions extends LoadOptions {
  readonly changesPerDay: number;
}

const MOST_CHANGES = 1_000_000_000;

/** `hoist cost`: the monthly bill of what is planned. */
export const costCommand: CommandFactory = (run) =>
  withLoad(
    withPlans(
      new Command('cost').description(
        'tell what plans would cost in a month, idle and at a load, and what would make it less',
      ),
    ).option('--changes-per-day <number>', 'accepted changes of flags', numberBetween(0, MOST_CHANGES), 1000),
  )
    .addHelpText('after', help)
    .action(async (plans: readonly string[], options: CostOptions) => run((context) => tell(plans, options, context)));

const tell = async (plans: readonly string[], options: CostOptions, { output }: CommandContext): Promise<number> => {
  const report = costReport(plannedWorld(plans, options), options);
  output.document(report);
  if (!output.json) sayCost(output, report);
  return exitCodes.ok;
};

const help = `
Nothing is asked of AWS. Prices are list prices in US dollars without taxes, free tiers and discounts, dated and each with its source,
in packages/capacity; so are the assumptions about the load. Plans of all regions and of home belong together: a change in home
is billed in each region. What has no price, and what no plan knows, is named and never taken for free.

Examples:
  $ hoist cost plans/*.json                               the bill, by what is dearest and by region
  $ hoist cost plans/*.json --changes-per-day 100000 --services 4
  $ hoist cost plans/*.json --json | jq '.levers[] | {what, idleUsd}'

${exitCodesHelp({ ok: 'the bill was told' })}`;
