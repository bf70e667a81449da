import type { InstancesView } from '@flaghoist/control-plane/views/instances';
import type { FlagView } from '@flaghoist/control-plane/views/schemas';
import { Command, Option } from 'commander';
import { changeEndings } from '../client/change-options.ts';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { type Goal, goals } from '../client/follow-change.ts';
import { instancesText } from '../client/instances-text.ts';
import { orderText } from '../client/order-text.ts';
import { flagPath } from '../client/paths.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';

interface WaitOptions extends ServerOption {
  readonly for: Goal;
  readonly order?: string;
}

/** `hoist wait`: until a change has come so far. */
export const waitCommand: CommandFactory = (run) =>
  serverOption(
    new Command('wait')
      .description("wait until a flag's newest change is verified, or has ended otherwise")
      .argument('<flag>', 'its key')
      .option('--order <order>', 'a change of it that is not the newest, such as 1.4')
      .addOption(new Option('--for <state>', 'wait until it is').choices(goals).default('verified')),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, options: WaitOptions) => run((context) => wait(flag, options, context)));

interface ClaimedInstances {
  readonly instances: InstancesView | null;
}

const wait = async (flagKey: string, options: WaitOptions, context: CommandContext): Promise<number> => {
  const { followChange } = await import('../client/follow-change.ts');
  const { tellChange } = await import('../client/tell-change.ts');
  const client = await clientOf(options, context);
  const { output } = context;
  const { order: named, for: goal } = options;
  const { order } = await client.get<FlagView>(flagPath(flagKey, named === undefined ? '' : `/revisions/${named}`));
  const change = await followChange(client, { flagKey, order, goal }, output);
  const { instances } = await client.get<ClaimedInstances>(flagPath(flagKey, `/changes/${orderText(order)}/instances`));
  output.document({ ...change, instances });
  const code = tellChange(change, goal, output);
  if (instances !== null) output.say(`    beside it: ${instancesText(instances)} (a claim, no proof)`);
  return code;
};

const examples = `
Examples:
  $ hoist set checkout.new-form on --reason "Go live" --no-wait && hoist wait checkout.new-form
  $ hoist wait checkout.new-form --order 1.4 --for acknowledged

${exitCodesHelp({ ok: 'it has come as far as --for says', no: 'there is no such change' }, changeEndings)}`;
