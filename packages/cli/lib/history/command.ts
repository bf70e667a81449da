import type { ChangeHistory } from '@flaghoist/control-plane/views/schemas';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { orderText } from '../client/order-text.ts';
import { flagPath } from '../client/paths.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { tableLines } from '../table.ts';

interface HistoryOptions extends ServerOption {
  readonly limit: string;
  readonly before?: string;
}

/** `hoist history`: what became of a flag. */
export const historyCommand: CommandFactory = (run) =>
  serverOption(
    new Command('history')
      .description('list the changes of a flag, newest first, with who made them and how each ended')
      .argument('<flag>', 'its key')
      .option('--limit <n>', 'so many at most', '20')
      .option('--before <order>', 'only those before an order, such as 1.4'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, options: HistoryOptions) => run((context) => history(flag, options, context)));

const history = async (flagKey: string, options: HistoryOptions, context: CommandContext): Promise<number> => {
  const { limit, before } = options;
  const client = await clientOf(options, context);
  const found = await client.get<ChangeHistory>(flagPath(flagKey, '/history'), { limit, before });
  const { output } = context;
  output.document({ flagKey, ...found });
  if (output.json) return exitCodes.ok;
  const titles = ['order', 'kind', 'state', 'accepted', 'by', 'why'].map((title) => ({ title }));
  const rows = found.changes.map(({ order, kind, state, acceptedAt, actor = '', reason = '' }) => [
    orderText(order),
    kind,
    state,
    new Date(acceptedAt).toISOString(),
    actor,
    reason,
  ]);
  for (const line of tableLines(titles, rows)) output.say(line);
  return exitCodes.ok;
};

const examples = `
Examples:
  $ hoist history checkout.new-form
  $ hoist history checkout.new-form --limit 200 --json | jq '.changes[] | select(.state == "rolled-back")'

${exitCodesHelp({ no: 'there is no such flag' }, ['ok', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
