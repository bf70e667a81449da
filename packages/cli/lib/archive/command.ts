import { Command } from 'commander';
import { changeEndings, changeOptions } from '../client/change-options.ts';
import { clientOf } from '../client/command.ts';
import { flagPath } from '../client/paths.ts';
import type { ChangeOptions } from '../client/propose.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';

/** `hoist archive`: a flag that nobody needs any more. */
export const archiveCommand: CommandFactory = (run) =>
  changeOptions(
    new Command('archive')
      .description('take a flag that nobody needs any more out of every cache; its history stays')
      .argument('<flag>', 'its key'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, options: ChangeOptions) => run((context) => archive(flag, options, context)));

const archive = async (flagKey: string, options: ChangeOptions, context: CommandContext): Promise<number> => {
  const { propose } = await import('../client/propose.ts');
  const client = await clientOf(options, context);
  const { order } = await client.get<{ readonly order: { epoch: number; revision: number } }>(flagPath(flagKey));
  return propose(client, { flagKey, kind: 'archived', basedOn: order }, options, context);
};

const examples = `
Callers get the default of their own code from then on, so take the flag out of the code first. hoist restore brings it back.

Examples:
  $ hoist archive checkout.new-form --reason "It is on for everybody since May, and gone from the code"

${exitCodesHelp({ ok: 'it has come as far as --for says' }, changeEndings)}`;
