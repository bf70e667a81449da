import type { ExportedFile, ExportView } from '@flaghoist/control-plane/views/export-schema';
import { firstNames } from '@flaghoist/core/first-names';
import { Command, Option } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { sayDamaged } from '../client/say-damaged.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { counted } from '../terminal.ts';
import { WrongUseError, wrongOption } from '../wrong-use.ts';

interface ExportOptions extends ServerOption {
  readonly prefix?: string;
  readonly format: 'json' | 'yaml';
  readonly folder?: string;
}

/** `hoist export`: the flags as flagd files. */
export const exportCommand: CommandFactory = (run) =>
  serverOption(
    new Command('export')
      .description('write the flags as a file of flagd: what was imported comes back, evaluators and metadata included')
      .option('--prefix <text>', 'only those whose key begins with it')
      .addOption(new Option('--format <format>', 'how they are written').choices(['json', 'yaml']).default('json'))
      .option('--folder <folder>', 'write into it, a file for each set of flags, instead of standard output'),
  )
    .addHelpText('after', examples)
    .action(async (options: ExportOptions) => run((context) => exportFlags(options, context)));

const exportFlags = async (options: ExportOptions, context: CommandContext): Promise<number> => {
  const { output } = context;
  const { prefix, folder, format } = options;
  if (output.json && folder === undefined && format !== 'json')
    throw wrongOption('--format', 'yaml and --json are two formats', 'Leave one of the two out.');
  const found = await (await clientOf(options, context)).get<ExportView>('/v1/export', { prefix });
  const { textOfFile, writeFiles } = await import('./write-files.ts');
  if (folder !== undefined) {
    const written = writeFiles(folder, found.files, format);
    output.document({ files: written, beyond: found.beyond, damaged: found.damaged });
    if (!output.json) for (const { file, flags } of written) output.say(`${file}: ${counted(flags, 'flag')}`);
  } else if (output.json) output.document(found);
  else output.print(textOfFile(only(found), format));
  sayBeyond(found, output);
  return sayDamaged(found.damaged, output);
};

const NOTHING: ExportedFile = { flags: {} };

/** @throws WrongUseError for flags that one file cannot hold without changing what they are */
const only = ({ files }: ExportView): ExportedFile => {
  const [file = NOTHING] = files;
  if (files.length <= 1) return file;
  const sets = files.map(({ flags }) => Object.keys(flags));
  throw new WrongUseError(
    `the flags came from ${sets.length} files whose metadata or evaluators differ (the first of each: ${sets.map(([key]) => key).join(', ')})`,
    'Write a file for each with --folder, or name some of them with --prefix.',
  );
};

const NAMED = 5;

const sayBeyond = ({ beyond }: ExportView, output: CommandContext['output']): void => {
  const named = (what: string, keys: readonly string[]): void => {
    if (keys.length > 0) output.progress(`${what}: ${firstNames(keys, NAMED)}`);
  };
  const keysOf = (has: (flag: ExportView['beyond'][number]) => boolean): readonly string[] =>
    beyond.filter(has).map(({ flagKey }) => flagKey);
  named(
    'Killed, and written as they serve now',
    keysOf(({ killed }) => killed),
  );
  named(
    'For some services only, which a file of flagd cannot say',
    keysOf(({ audience }) => audience !== '*'),
  );
  named(
    'In need of other flags, which it cannot say either',
    keysOf(({ prerequisites }) => prerequisites.length > 0),
  );
  named(
    'Without their owner, which hoist import takes for new flags from --owner',
    beyond.flatMap(({ flagKey, owner }) => (owner === null ? [] : [`${flagKey} (${owner})`])),
  );
  named(
    'Without what a kill serves, which hoist import takes for new flags from --off',
    beyond.flatMap(({ flagKey, offVariant }) => (offVariant === null ? [] : [`${flagKey} (${offVariant})`])),
  );
};

const examples = `
Archived flags are left out. What the file does not say of a flag (audience, needs, that it was killed; owner and off variant, where its
metadata does not have them) is told beside it on standard error; hoist import keeps it for flags that are there. With --json the
document has the files, and all of that as "beyond".

Examples:
  $ hoist export > flags.json
  $ hoist export --prefix checkout. --format yaml > checkout.yaml
  $ hoist export --folder flags

${exitCodesHelp({ unreadable: 'flags are left out whose stored bytes are not what was sealed' }, ['ok', 'usage', 'unreadable', 'unreachable', 'defect', 'interrupted'])}`;
