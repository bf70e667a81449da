import type { ChangeHistory, FlagView } from '@flaghoist/control-plane/views/schemas';
import { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { diffLines, jsonDiff } from '../client/json-diff.ts';
import { orderText } from '../client/order-text.ts';
import { flagPath } from '../client/paths.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

/** `hoist diff`: two revisions of a flag. */
export const diffCommand: CommandFactory = (run) =>
  serverOption(
    new Command('diff')
      .description('show what differs between two revisions of a flag: definition, audience, owner, what it needs')
      .argument('<flag>', 'its key')
      .argument('[from]', 'an order, such as 1.4 (default: the one before the other)')
      .argument('[to]', 'an order (default: as it is now)'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, from: string | undefined, to: string | undefined, options: ServerOption) =>
      run((context) => diff(flag, { from, to }, options, context)),
    );

interface Orders {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const diff = async (
  flagKey: string,
  orders: Orders,
  options: ServerOption,
  context: CommandContext,
): Promise<number> => {
  const { output } = context;
  const client = await clientOf(options, context);
  const after = await client.get<FlagView>(flagPath(flagKey, orders.to === undefined ? '' : `/revisions/${orders.to}`));
  const from = orders.from ?? (await orderBefore(client, after));
  const before = from === undefined ? undefined : await client.get<FlagView>(flagPath(flagKey, `/revisions/${from}`));
  const differences = jsonDiff(before && settingsOf(before), settingsOf(after));
  output.document({ flagKey, from: before?.order ?? null, to: after.order, differences });
  if (output.json) return exitCodes.ok;
  const { colours } = output;
  output.say(colours.bold(`${flagKey} ${from ?? 'before it was there'} → ${orderText(after.order)}`));
  for (const line of diffLines(differences)) output.say(line.startsWith('+') ? colours.green(line) : colours.red(line));
  if (differences.length === 0) output.say('no difference');
  return exitCodes.ok;
};

const settingsOf = ({ document, audience, owner, offVariant, prerequisites, state }: FlagView) => ({
  document,
  audience,
  owner,
  offVariant,
  prerequisites: prerequisites ?? [],
  state,
});

const orderBefore = async (client: Client, { flagKey, order }: FlagView): Promise<string | undefined> => {
  const before = { before: orderText(order), limit: 1 };
  const { changes } = await client.get<ChangeHistory>(flagPath(flagKey, '/history'), before);
  return changes[0] && orderText(changes[0].order);
};

const examples = `
Examples:
  $ hoist diff checkout.new-form              what the newest change did
  $ hoist diff checkout.new-form 1.4          since 1.4
  $ hoist diff checkout.new-form 1.4 1.7 --json

${exitCodesHelp({ no: 'there is no such flag, or no such order of it' }, ['ok', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
