import { Command } from 'commander';
import { changeEndings, changeOptions } from '../client/change-options.ts';
import { clientOf } from '../client/command.ts';
import type { ChangeOptions } from '../client/propose.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';

/** `hoist kill`: everybody gets the off variant, now. */
export const killCommand: CommandFactory = (run) =>
  changeOptions(
    new Command('kill')
      .description('switch a flag off for everybody, at once: no approval, no freeze, no order stands in the way')
      .argument('<flag>', 'its key'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, options: ChangeOptions) => run((context) => kill(flag, options, context)));

const kill = async (flagKey: string, options: ChangeOptions, context: CommandContext): Promise<number> => {
  const { propose } = await import('../client/propose.ts');
  // Against what it was made says nothing of a kill: it is never too late.
  return propose(await clientOf(options, context), { flagKey, kind: 'killed', basedOn: null }, options, context);
};

const examples = `
It serves its off variant and nothing else until hoist restore. Updates of it are taken, and show when it is restored.

Examples:
  $ hoist kill checkout.new-form --reason "Customers are charged twice"
  $ hoist kill checkout.new-form --reason "INC-12" --no-wait

${exitCodesHelp({ ok: 'it has come as far as --for says' }, changeEndings)}`;
