import { type Command, Option } from 'commander';
import { serverOption } from './command.ts';
import { goals } from './follow-change.ts';

/** The options of every command that changes a flag. */
export const changeOptions = (command: Command): Command =>
  serverOption(
    command
      .requiredOption('--reason <text>', 'why: it stands in the audit trail')
      .option('--ticket <id>', 'the ticket that asks for it')
      .option('--approved-by <people...>', 'whose approvals of this very change to use')
      .addOption(new Option('--for <state>', 'wait until it is').choices(goals).default('verified'))
      .option('--no-wait', 'end as soon as home has accepted it')
      .option('--id <id>', 'the id of the change: the same one again asks after the same change'),
  );

export const changeEndings = [
  'ok',
  'no',
  'rejected',
  'conflict',
  'rolledBack',
  'unverified',
  'held',
  'superseded',
  'usage',
  'unreachable',
  'defect',
  'interrupted',
] as const;
