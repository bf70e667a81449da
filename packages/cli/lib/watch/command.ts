import type { FeedEvent } from '@flaghoist/control-plane/feed';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { lasting, REOPENED_MS } from '../client/lasting.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

interface WatchOptions extends ServerOption {
  readonly types?: string;
  readonly count?: number;
}

/** `hoist watch`: what happens, line by line. */
export const watchCommand: CommandFactory = (run) =>
  serverOption(
    new Command('watch')
      .description('show what happens to the flags, line by line, until Ctrl-C')
      .argument('[flag]', 'only what happens to this one')
      .option('--types <names>', 'only events of these types, with commas between them, such as ChangeVerified')
      .option('--count <n>', 'end after so many', Number),
  )
    .addHelpText('after', examples)
    .action(async (flag: string | undefined, options: WatchOptions) => run((context) => watch(flag, options, context)));

const watch = async (flagKey: string | undefined, options: WatchOptions, context: CommandContext): Promise<number> => {
  try {
    return await show(flagKey, options, context);
  } catch (error) {
    // Ctrl-C is how it ends.
    if (context.signal.aborted) return exitCodes.ok;
    throw error;
  }
};

const hint =
  'hoist watch shows what happens from then on once the server is there again; hoist audit search what happened before.';

const show = async (flagKey: string | undefined, options: WatchOptions, context: CommandContext): Promise<number> => {
  const { output, signal } = context;
  const client = await clientOf(options, context);
  const { types, count = Number.POSITIVE_INFINITY } = options;
  let last: string | undefined;
  let shown = 0;
  while (!signal.aborted) {
    const stream = await lasting(() => client.stream({ flagKey, types }, last), { client, output, hint });
    try {
      for await (const { id, name, data } of stream.events) {
        last = id ?? last;
        if (name === 'reset') {
          output.progress('The server was started anew, or too much has happened meanwhile: some of it is not shown.');
          continue;
        }
        output.print(output.json ? `${JSON.stringify(data)}\n` : `${lineOf(data as FeedEvent)}\n`);
        shown += 1;
        if (shown >= count) return exitCodes.ok;
      }
    } finally {
      stream.close();
    }
    if (last === undefined) output.progress('The connection broke: what happened meanwhile is not shown.');
    await client.pause(REOPENED_MS);
  }
  return exitCodes.ok;
};

const lineOf = ({ type, at, region, detail }: FeedEvent): string => {
  const about = detail as Readonly<Record<string, unknown>>;
  const order = about['order'] as { readonly epoch: number; readonly revision: number } | undefined;
  const parts = [
    new Date(at).toISOString().slice(11, 23),
    type.padEnd(20),
    region.padEnd(16),
    [about['flagKey'], order && `${order.epoch}.${order.revision}`, about['verdict'], about['actor']]
      .filter((part) => part !== undefined)
      .join(' '),
  ];
  return parts.join('  ');
};

const examples = `
A connection that breaks is made again, and what happened meanwhile is shown. With --json each line is one event.

Examples:
  $ hoist watch
  $ hoist watch checkout.new-form --types ChangeVerified,ChangeRolledBack --count 1

${exitCodesHelp({ ok: 'Ctrl-C, or --count were shown' }, ['usage', 'unreachable', 'defect'])}`;
