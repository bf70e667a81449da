import { readApplied } from '@flaghoist/capacity/quota/applied';
import { checkQuotas } from '@flaghoist/capacity/quota/check';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { each, numberBetween } from '../option-values.ts';
import { type LoadOptions, plannedWorld, withLoad, withPlans } from '../planned-world.ts';
import { readInput } from '../read-input.ts';
import { sayQuotas } from './table.ts';

interface QuotaOptions extends LoadOptions {
  readonly changesPerSecond: number;
  readonly applied: readonly string[];
  readonly all?: true;
}

const DAY = 86_400;
const MOST_CHANGES = 10_000;

/** `hoist quota`: whether what is planned fits the quotas of AWS. */
export const quotaCommand: CommandFactory = (run) =>
  withLoad(
    withPlans(new Command('quota').description('hold plans against every quota of AWS that they touch')).option(
      '--changes-per-second <number>',
      'the load to hold rates against',
      numberBetween(0, MOST_CHANGES, { fraction: true }),
      1,
    ),
  )
    .option(
      '--applied <file>',
      "the account's own limits: aws service-quotas list-service-quotas --output json, once for each service and region",
      each,
      [],
    )
    .option('--all', 'show also what uses less than half')
    .addHelpText('after', help)
    .action(async (plans: readonly string[], options: QuotaOptions) =>
      run((context) => check(plans, options, context)),
    );

const check = async (plans: readonly string[], options: QuotaOptions, { output }: CommandContext): Promise<number> => {
  const { changesPerSecond, services, flags, applied, all = false } = options;
  const report = checkQuotas(plannedWorld(plans, options), {
    load: { changesPerDay: changesPerSecond * DAY, services, flags },
    applied: readApplied(applied.map((name) => ({ name, text: readInput(name) }))),
  });
  output.document(report);
  if (!output.json) sayQuotas(output, report, { all });
  return report.counts.exceeded === 0 ? exitCodes.ok : exitCodes.no;
};

const help = `
Nothing is asked of AWS. The limits are its defaults, dated and each with its source, in packages/capacity; --applied gives those of
the account. Regions count apart, and what IAM and S3 count in an account is summed over all plans that are named. A number that
was not found is said to be unknown, a code too.

Examples:
  $ hoist quota plans/*.json                                 what is used, what is exceeded, what to ask for
  $ hoist quota plans/*.json --changes-per-second 50         the rates at another load
  $ hoist quota eu-west-1=region.json --applied lambda.json  with the account's limits
  $ hoist quota plans/*.json --json | jq -r '.verdicts[].request // empty'

${exitCodesHelp({ ok: 'no quota is exceeded', no: 'a quota is exceeded' })}`;
