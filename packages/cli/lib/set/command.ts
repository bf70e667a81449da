import type { FlagView } from '@flaghoist/control-plane/views/schemas';
import { Command } from 'commander';
import { changeEndings, changeOptions } from '../client/change-options.ts';
import { clientOf } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import type { SetOptions } from './options.ts';
import { settingOptions } from './setting-options.ts';

/** `hoist set`: a flag is created, or changed. */
export const setCommand: CommandFactory = (run) =>
  changeOptions(
    settingOptions(
      new Command('set')
        .description('create a flag, or change what it serves, and wait until every cache is seen holding that')
        .argument('<flag>', 'its key, such as checkout.new-form')
        .argument('[variant]', 'what everybody gets whom no rule of the flag gives something else'),
    ).option('--plan', 'show what it would do, and change nothing'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, variant: string | undefined, options: SetOptions) =>
      run((context) => set(flag, variant, options, context)),
    );

const set = async (
  flagKey: string,
  variant: string | undefined,
  options: SetOptions,
  context: CommandContext,
): Promise<number> => {
  // What only a change needs is not read to show help.
  const { propose, proposalOf } = await import('../client/propose.ts');
  const { wantedOf } = await import('./wanted.ts');
  const { currentFlag } = await import('../client/current-flag.ts');
  const client = await clientOf(options, context);
  const current: FlagView | undefined = await currentFlag(client, flagKey);
  const asked = await wantedOf({ flagKey, variant, options, current }, context);
  if (options.plan === true) {
    const { showPlan } = await import('../client/show-plan.ts');
    return showPlan(client, proposalOf(asked, options), context);
  }
  return propose(client, asked, options, context);
};

const examples = `
A new flag without --file has the variants on and off. Without --expect it is changed as it is now; when somebody else changes it
at the same moment one of the two is told so.

Examples:
  $ hoist set checkout.new-form off --owner team-payments --reason "Behind a flag from the start"
  $ hoist set checkout.new-form on --reason "Go live" --ticket PAY-7
  $ hoist set checkout.new-form on --reason "Go live" --plan        what it would do
  $ hoist set checkout.new-form --file flag.json --expect 1.4 --reason "Only for Norway" --json

${exitCodesHelp({ ok: 'it has come as far as --for says' }, changeEndings)}`;
