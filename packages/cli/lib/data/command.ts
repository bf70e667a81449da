import { resolve } from 'node:path';
import { backUp, restore } from '@flaghoist/sqlite-store/backup';
import { checkFile, checkFolder, type DataReport } from '@flaghoist/sqlite-store/check';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { counted } from '../terminal.ts';
import { dataFolderOf } from './data-folder.ts';

interface DataOptions {
  readonly data?: string;
}

const DATA = ['--data <folder>', "the data folder; that of the user's state directory unless told otherwise"] as const;

/** `hoist data`: the folder in which an embedded world keeps what it has. */
export const dataCommand: CommandFactory = (run) =>
  new Command('data')
    .description('check, back up and restore the folder in which `hoist up` keeps its data')
    .addHelpText('after', examples)
    .addCommand(
      new Command('check')
        .description('read the data from end to end and say what is in it, and what is wrong')
        .argument('[backup]', 'a backup instead of a folder')
        .option(...DATA)
        .addHelpText('after', checkExamples)
        .action(async (backup: string | undefined, options: DataOptions) =>
          run((context) => check(backup, options, context)),
        ),
    )
    .addCommand(
      new Command('backup')
        .description('write the data as it is at this moment into one file, also while a world runs')
        .argument('<file>', 'a file that is not there yet')
        .option(...DATA)
        .addHelpText('after', backupExamples)
        .action(async (file: string, options: DataOptions) => run((context) => writeBackup(file, options, context))),
    )
    .addCommand(
      new Command('restore')
        .description("put a backup in the place of a folder's data, which is moved aside and kept")
        .argument('<backup>', 'what `hoist data backup` wrote')
        .option(...DATA)
        .addHelpText('after', restoreExamples)
        .action(async (backup: string, options: DataOptions) => run((context) => bringBack(backup, options, context))),
    );

const contentsOf = ({ flags, revisions, documents, letters, bytes, schemaVersion }: DataReport): string =>
  `${counted(flags, 'flag')} in ${counted(revisions, 'revision')}, ${counted(documents, 'document')} of the audit trail, ${counted(letters, 'dead letter')};` +
  ` ${(bytes / 1e6).toFixed(1)} MB, schema version ${schemaVersion}`;

const check = async (
  backup: string | undefined,
  { data }: DataOptions,
  { output, variables }: CommandContext,
): Promise<number> => {
  const report = backup === undefined ? checkFolder(dataFolderOf(data, variables)) : checkFile(resolve(backup));
  output.document(report);
  if (!output.json) {
    output.say(`${report.file}: ${contentsOf(report)}`);
    for (const problem of report.problems) output.say(`  ${output.colours.red('damaged')} ${problem}`);
    output.advise(report.problems.length === 0 ? 'It is whole.' : 'Restore a backup: hoist data restore <backup>');
  }
  return report.problems.length === 0 ? exitCodes.ok : exitCodes.no;
};

const writeBackup = async (
  file: string,
  { data }: DataOptions,
  { output, variables }: CommandContext,
): Promise<number> => {
  const report = backUp(dataFolderOf(data, variables), resolve(file));
  output.document(report);
  output.say(`${report.file}: ${contentsOf(report)}. It was read again and is whole.`);
  return exitCodes.ok;
};

const bringBack = async (
  backup: string,
  { data }: DataOptions,
  { output, variables }: CommandContext,
): Promise<number> => {
  const folder = dataFolderOf(data, variables);
  const restored = restore(resolve(backup), folder);
  output.document(restored);
  output.say(`${folder} holds what ${backup} held: ${contentsOf(restored)}.`);
  if (restored.replaced !== null) output.say(`What was there before lies in ${restored.replaced}.`);
  return exitCodes.ok;
};

const examples = `
Examples:
  $ hoist data backup before-upgrade.flaghoist    a backup, while the world runs
  $ hoist data check                              is it whole?

${exitCodesHelp({ ok: 'as asked' })}`;

const checkExamples = `
Examples:
  $ hoist data check                         the folder of hoist up
  $ hoist data check --data ./world          another folder
  $ hoist data check monday.flaghoist        a backup

${exitCodesHelp({ ok: 'it is whole', no: 'it is damaged in the places that are named' })}`;

const backupExamples = `
Examples:
  $ hoist data backup monday.flaghoist --data ./world

${exitCodesHelp({ ok: 'the backup was written, and read again', unreachable: 'it cannot be written there' })}`;

const restoreExamples = `
The backup is read from end to end before anything is moved. End the world first; it goes on from the backup when it is
started again. Changes that were accepted after the backup are in no revision any more: their authors propose them again.

Examples:
  $ hoist data restore monday.flaghoist --data ./world

${exitCodesHelp({ ok: 'the folder holds what the backup held', no: 'a world has the folder: end it first' })}`;
