import type { FlagRow } from '@flaghoist/control-plane/views/schemas';
import { Command, Option } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { orderText } from '../client/order-text.ts';
import { sayDamaged } from '../client/say-damaged.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { tableLines } from '../table.ts';
import { counted } from '../terminal.ts';

interface ListOptions extends ServerOption {
  readonly prefix?: string;
  readonly state?: string;
}

/** `hoist list`: all flags. */
export const listCommand: CommandFactory = (run) =>
  serverOption(
    new Command('list')
      .description('list the flags, with what they serve and how far their newest change is')
      .option('--prefix <text>', 'only those whose key begins with it')
      .addOption(new Option('--state <state>', 'only those in it').choices(['live', 'killed', 'archived'])),
  )
    .addHelpText('after', examples)
    .action(async (options: ListOptions) => run((context) => list(options, context)));

const list = async (options: ListOptions, context: CommandContext): Promise<number> => {
  const { allFlags } = await import('../client/all-flags.ts');
  const { output } = context;
  const { flags, damaged } = await allFlags(await clientOf(options, context), options);
  output.document({ flags, damaged });
  if (output.json) return sayDamaged(damaged, output);
  const rows = flags.map((flag) => [
    flag.flagKey,
    orderText(flag.order),
    flag.state,
    servedBy(flag),
    flag.audience === '*' ? 'all' : counted(flag.audience.length, 'service'),
    flag.owner,
    flag.change,
  ]);
  const titles = ['flag', 'order', 'state', 'serves', 'audience', 'owner', 'change'].map((title) => ({ title }));
  for (const line of tableLines(titles, rows)) output.say(line);
  output.progress(counted(flags.length, 'flag'));
  return sayDamaged(damaged, output);
};

const servedBy = ({ defaultVariant, targeted, state }: FlagRow): string =>
  state === 'archived' ? '–' : `${defaultVariant ?? '–'}${targeted ? ' +' : ''}`;

const examples = `
A + behind what a flag serves: its targeting gives some callers something else.

Examples:
  $ hoist list --prefix checkout.
  $ hoist list --state killed --json | jq '.flags[].flagKey'

${exitCodesHelp({ unreadable: 'flags are left out whose stored bytes are not what was sealed' }, ['ok', 'usage', 'unreadable', 'unreachable', 'defect', 'interrupted'])}`;
