import type { WordsBelow } from './words.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export const scriptFor = (shell: Shell, tree: readonly WordsBelow[]): string => writers[shell](tree);

/** Within single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A choice of the words before the cursor, the longest first. */
const wordsOf = ({ commands, options, choices }: WordsBelow): string =>
  [
    ...commands.map(({ name }) => name),
    ...choices.filter(({ of }) => of === '').flatMap(({ values }) => values),
    ...options.map(({ name }) => name),
  ].join(' ');

const optionCases = (tree: readonly WordsBelow[], reply: (values: string) => string): readonly string[] =>
  tree.flatMap(({ path, choices }) =>
    choices
      .filter(({ of }) => of !== '')
      .map(({ of, values }) => `    ${quoted(`${path} ${of}`)}) ${reply(values.join(' '))} ;;`),
  );

/** The words before the cursor that are commands: what begins with a dash, and what it takes, is passed over. */
const pathOf = (tree: readonly WordsBelow[], words: string, from: number, to: string): readonly string[] => [
  `  local at='' word next before=''`,
  `  for word in "\${${words}[@]:${from}:${to}}"; do`,
  `    next="\${at:+$at }$word"`,
  `    case "$next" in`,
  `      ${tree
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join('|')}) at="$next" ;;`,
  '    esac',
  '    before="$word"',
  '  done',
];

const bash = (tree: readonly WordsBelow[]): string =>
  [
    '# For bash, written by hoist completion bash',
    '_hoist() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" words=""`,
    ...pathOf(tree, 'COMP_WORDS', 1, 'COMP_CWORD-1'),
    '  case "$at $before" in',
    ...optionCases(tree, (values) => `COMPREPLY=($(compgen -W ${quoted(values)} -- "$current")); return`),
    '  esac',
    '  case "$at" in',
    ...tree.map((below) => `    ${quoted(below.path)}) words=${quoted(wordsOf(below))} ;;`),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _hoist hoist',
    '',
  ].join('\n');

/** A word and what it is, as zsh shows them. */
const described = ({ name, description }: { readonly name: string; readonly description: string }): string =>
  quoted(`${name.replaceAll(':', '\\:')}:${description}`);

const zsh = (tree: readonly WordsBelow[]): string =>
  [
    '#compdef hoist',
    '# For zsh, written by hoist completion zsh',
    '_hoist() {',
    '  local -a found',
    ...pathOf(tree, 'words', 1, 'CURRENT-2'),
    '  case "$at $before" in',
    ...optionCases(tree, (values) => `compadd -- ${values}; return`),
    '  esac',
    '  case "$at" in',
    ...tree.map((below) => {
      const { path, commands, options, choices } = below;
      const own = choices.filter(({ of }) => of === '').flatMap(({ values }) => values.map(quoted));
      return `    ${quoted(path)}) found=(${[...commands.map(described), ...own, ...options.map(described)].join(' ')}) ;;`;
    }),
    '  esac',
    "  _describe 'hoist' found || _files",
    '}',
    'if [ "$funcstack[1]" = "_hoist" ]; then _hoist "$@"; else compdef _hoist hoist; fi',
    '',
  ].join('\n');

const fish = (tree: readonly WordsBelow[]): string => {
  const lines = ['# For fish, written by hoist completion fish', 'complete -c hoist -f -n __fish_use_subcommand'];
  for (const { path, commands, options, choices } of tree) {
    const parts = path === '' ? [] : path.split(' ');
    const names = commands.map(({ name }) => name);
    const under = parts.map((part) => `__fish_seen_subcommand_from ${part}`);
    const when = parts.length === 0 ? '__fish_use_subcommand' : under.join('; and ');
    const before =
      names.length === 0 || parts.length === 0
        ? when
        : `${when}; and not __fish_seen_subcommand_from ${names.join(' ')}`;
    for (const { name, description } of commands)
      lines.push(`complete -c hoist -f -n ${quoted(before)} -a ${name} -d ${quoted(description)}`);
    for (const { of, values } of choices)
      if (of === '') lines.push(`complete -c hoist -f -n ${quoted(when)} -a ${quoted(values.join(' '))}`);
    for (const { name, description, takes } of options) {
      const values = choices.find(({ of }) => of === name)?.values;
      const what = values === undefined ? (takes ? ' -r' : '') : ` -x -a ${quoted(values.join(' '))}`;
      lines.push(`complete -c hoist -n ${quoted(when)} -l ${name.slice(2)}${what} -d ${quoted(description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
};

const writers: Readonly<Record<Shell, (tree: readonly WordsBelow[]) => string>> = { bash, zsh, fish };
