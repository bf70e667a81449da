import type { ChangeView, FlagView } from '@flaghoist/control-plane/views/schemas';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { orderText } from '../client/order-text.ts';
import { flagPath } from '../client/paths.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

interface GetOptions extends ServerOption {
  readonly order?: string;
  readonly document?: true;
}

/** `hoist get`: one flag. */
export const getCommand: CommandFactory = (run) =>
  serverOption(
    new Command('get')
      .description('show a flag: what it serves, for whom, who made it so, and how far its newest change is')
      .argument('<flag>', 'its key')
      .option('--order <order>', 'as it was at an order, such as 1.4')
      .option('--document', 'print its definition alone, as flagd has it'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, options: GetOptions) => run((context) => get(flag, options, context)));

const get = async (flagKey: string, options: GetOptions, context: CommandContext): Promise<number> => {
  const client = await clientOf(options, context);
  const { output } = context;
  const { order } = options;
  const flag = await client.get<FlagView>(flagPath(flagKey, order === undefined ? '' : `/revisions/${order}`));
  if (options.document === true) {
    output.print(`${JSON.stringify(flag.document, null, output.json ? 0 : 2)}\n`);
    return exitCodes.ok;
  }
  const change = await client.get<ChangeView>(flagPath(flagKey, `/changes/${orderText(flag.order)}`));
  output.document({ ...flag, conditions: change.conditions });
  if (output.json) return exitCodes.ok;
  for (const line of linesOf(flag, change)) output.say(line);
  return exitCodes.ok;
};

const linesOf = (flag: FlagView, { conditions }: ChangeView): readonly string[] => {
  const { madeBy, at } = flag;
  const row = (name: string, text: string): string => `  ${name.padEnd(14)}${text}`;
  return [
    `${flag.flagKey} ${orderText(flag.order)}`,
    row('state', flag.state),
    row(
      'serves',
      `${flag.defaultVariant ?? '(the caller’s own default)'}${flag.targeted ? ', unless its targeting says otherwise' : ''}`,
    ),
    row('audience', flag.audience === '*' ? 'every service' : flag.audience.join(', ')),
    row('owner', flag.owner),
    row('off', flag.offVariant ?? '–'),
    ...(flag.prerequisites === undefined ? [] : [row('needs', flag.prerequisites.join(', '))]),
    row('changed', `${flag.kind} by ${madeBy.actor}, ${new Date(at.accepted).toISOString()}`),
    row('reason', `${madeBy.reason}${madeBy.ticket === undefined ? '' : ` (${madeBy.ticket})`}`),
    row('known good', flag.knownGood === null ? 'none yet' : orderText(flag.knownGood)),
    ...conditions.map(({ type, status, message }) => row(type, `${status.padEnd(8)}${message}`)),
  ];
};

const examples = `
Examples:
  $ hoist get checkout.new-form
  $ hoist get checkout.new-form --order 1.4 --document     as it was, for --file of hoist set

${exitCodesHelp({ no: 'there is no such flag' }, ['ok', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
