import { Command, Option } from 'commander';
import { clientOf, serverOption } from '../client/command.ts';
import { goals } from '../client/follow-change.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import type { ImportOptions } from './options.ts';

/** `hoist import`: the flags of a flagd file. */
export const importCommand: CommandFactory = (run) =>
  serverOption(
    new Command('import')
      .description('create and change flags as a flagd file has them, and wait until every cache is seen holding them')
      .argument('<file>', 'JSON or YAML, as flagd reads it, or a FeatureFlag of Kubernetes; - is standard input')
      .requiredOption('--reason <text>', 'why: it stands in the audit trail')
      .option('--ticket <id>', 'the ticket that asks for it')
      .option('--owner <team>', 'of new flags whose metadata does not say it')
      .option('--audience <services>', 'which services get them, with commas between them; * for all')
      .option('--off <variant>', 'what a kill serves, for flags that have it and whose metadata does not say another')
      .option('--approved-by <people...>', 'whose approvals of these very changes to use')
      .option('--dry-run', 'only judge: show what each flag would come to')
      .addOption(new Option('--for <state>', 'wait until all are').choices(goals).default('verified'))
      .option('--no-wait', 'end as soon as home has accepted them')
      .option('--id <id>', 'the id of the import: the same one again goes on where it ended'),
  )
    .addHelpText('after', examples)
    .action(async (file: string, options: ImportOptions) => run((context) => importFile(file, options, context)));

const importFile = async (path: string, options: ImportOptions, context: CommandContext): Promise<number> => {
  // What only an import needs is not read to show help.
  const { readFlagdFile } = await import('./read-flagd-file.ts');
  const { importIdOf, sendImport } = await import('./send-import.ts');
  const { tellImport } = await import('./tell-import.ts');
  const { settle } = await import('./settle.ts');
  const { output } = context;
  const file = await readFlagdFile(path, context.stdin);
  const client = await clientOf(options, context);
  const id = importIdOf(options, path);
  if (options.dryRun !== true)
    output.progress(`Import ${id}: the same command with --id ${id} goes on if it is interrupted.`);
  const goal = options.wait ? options.for : 'accepted';
  const answer = await sendImport(client, { id, file: file.content, options }, output);
  const changes = answer.done && goal !== 'accepted' ? await settle(client, answer.flags, goal, output) : [];
  return tellImport({ answer, changes, file }, output);
};

const examples = `
All flags are judged before the first one is changed: when the rules stop one of them, nothing is changed, and each fault is told
with its line. Flags that are as the file has them are passed over. A flag that somebody else changes meanwhile is a conflict; the
others go on. Flags that the file does not have stay as they are, and a killed flag stays killed. The owner of a flag is read from its
metadata (owner), and what a kill serves too (offVariant); the metadata of the file counts for all its flags.

Examples:
  $ hoist import flags.json --owner team-payments --reason "From the old system"
  $ hoist import flags.yaml --reason "As reviewed" --dry-run
  $ hoist import flags.json --reason "As reviewed" --id release-2026-12 --json | jq '.flags[] | select(.state != "unchanged")'

${exitCodesHelp(
  {
    ok: 'all have come as far as --for says, or are unchanged',
    rejected: 'the rules stop a flag: nothing was changed',
  },
  [
    'no',
    'conflict',
    'rolledBack',
    'unverified',
    'held',
    'superseded',
    'usage',
    'unreadable',
    'unreachable',
    'defect',
    'interrupted',
  ],
)}`;
