import type { Command } from 'commander';
import { serverOption } from '../client/command.ts';

/** What says how a flag is to be. */
export const settingOptions = (command: Command): Command =>
  command
    .option('--file <file>', 'its whole definition, as flagd has it, in JSON; - is standard input')
    .option('--owner <team>', 'who answers for it; needed for a new flag')
    .option('--audience <services>', 'which services get it, with commas between them; * for all')
    .option('--off <variant>', 'what a kill serves (default: the variant that is false, or off)')
    .option('--needs <flags>', 'the flags that it needs, with commas between them')
    .option(
      '--expect <order>',
      'only if nobody has changed it since this order, such as 1.4; none: only if there is none',
    );

/** The same, with why it is asked for, for commands that do not wait for a change. */
export const laterOptions = (command: Command): Command =>
  serverOption(
    settingOptions(
      command
        .requiredOption('--reason <text>', 'why: it stands in the audit trail')
        .option('--ticket <id>', 'the ticket that asks for it'),
    ),
  );
