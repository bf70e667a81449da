import { Command } from 'commander';
import { changeEndings, changeOptions } from '../client/change-options.ts';
import { clientOf } from '../client/command.ts';
import type { ChangeOptions } from '../client/propose.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';

interface RestoreOptions extends ChangeOptions {
  readonly order?: string;
}

/** `hoist restore`: a flag that was killed or archived. */
export const restoreCommand: CommandFactory = (run) =>
  changeOptions(
    new Command('restore')
      .description('bring back a flag that was killed or archived, as it was before')
      .argument('<flag>', 'its key')
      .option('--order <order>', 'as it was at an order, such as 1.4 (default: when it was live last)'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, options: RestoreOptions) => run((context) => restore(flag, options, context)));

const restore = async (flagKey: string, options: RestoreOptions, context: CommandContext): Promise<number> => {
  const { propose } = await import('../client/propose.ts');
  const { restorationOf } = await import('./restoration.ts');
  const client = await clientOf(options, context);
  return propose(client, await restorationOf(client, flagKey, options.order), options, context);
};

const examples = `
What was changed while it was killed is what it serves then, unless --order says otherwise.

Examples:
  $ hoist restore checkout.new-form --reason "INC-12 is mended"
  $ hoist restore checkout.new-form --order 1.4 --reason "As it was in May"

${exitCodesHelp({ ok: 'it has come as far as --for says' }, changeEndings)}`;
