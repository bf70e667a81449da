import type { Command } from 'commander';

/** What may be typed behind some words. */
export interface WordsBelow {
  /** The words before, without hoist: '' for the first one. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly name: string; readonly description: string; readonly takes: boolean }[];
  /** Of an option that has them, or of the first argument, what it may be. */
  readonly choices: readonly { readonly of: string; readonly values: readonly string[] }[];
}

/** What can be typed where, from the commands themselves. */
export const wordsBelow = (commands: readonly Command[]): readonly WordsBelow[] => [
  {
    path: '',
    commands: commands.map(said),
    options: [{ name: '--json', description: 'print one JSON document', takes: false }],
    choices: [],
  },
  ...commands.flatMap((command) => below(command, command.name())),
];

const said = (command: Command) => ({ name: command.name(), description: command.description() });

const below = (command: Command, path: string): readonly WordsBelow[] => [
  {
    path,
    commands: command.commands.map(said),
    options: [
      ...command.options
        .filter(({ hidden, long }) => !hidden && long !== undefined && long !== null)
        .map(({ long, description, required, optional }) => ({
          name: long as string,
          description,
          takes: required || optional,
        })),
      { name: '--json', description: 'print one JSON document', takes: false },
      { name: '--help', description: 'show how it is used', takes: false },
    ],
    choices: [
      ...command.options.flatMap(({ long, argChoices }) =>
        argChoices === undefined || long == null ? [] : [{ of: long, values: argChoices }],
      ),
      ...command.registeredArguments
        .slice(0, 1)
        .flatMap(({ argChoices }) => (argChoices === undefined ? [] : [{ of: '', values: argChoices }])),
    ],
  },
  ...command.commands.flatMap((each) => below(each, `${path} ${each.name()}`)),
];
