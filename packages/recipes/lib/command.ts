import { NameTakenError, WrongUseError } from './errors.ts';
import { namesOf } from './names.ts';
import { type Recipe, templates, tidy } from './recipe.ts';
import { insertedAfter, insertedBefore } from './text-edit.ts';

const cli = 'packages/cli';
const program = `${cli}/lib/program.ts`;

/** `pnpm new command NAME`: a command of hoist. */
export const commandRecipe: Recipe = {
  kind: 'command',
  about: 'a command of hoist: help, examples, exit codes, a test and its lines in the READMEs',
  argument: 'the word that one types behind hoist, such as "owners"',
  options: [{ flags: '--about <words>', about: 'what it does, without a full stop, for help and READMEs' }],
  examples: ['owners', 'owners --about "who answers for which flags"'],
  draft: (draft, name, options) => {
    const names = namesOf(name);
    if (!/^[a-z]+$/.test(name)) {
      throw new WrongUseError(`the name is ${JSON.stringify(name)}; expected one word`, 'Name it as people type it.');
    }
    if (draft.has(`${cli}/lib/${name}`)) throw new NameTakenError(`${cli}/lib`, `a folder ${name}`);
    const about = (options['about'] ?? `say here in a line what ${name} shows`).replace(/\.$/, '');
    draft.createAll(`${templates}/command`, cli, { ...names, about });
    draft.edit(program, (text) =>
      insertedAfter(
        text,
        { file: program, pattern: /^ {2}\w+: async \(\) => .*Command,\n/gm, called: 'table of commands' },
        `  ${name}: async () => (await import('./${name}/command.ts')).${name}Command,\n`,
      ),
    );
    draft.edit(`${cli}/README.md`, (text) =>
      insertedAfter(
        text,
        { file: `${cli}/README.md`, pattern: /^hoist up .*\n(?:hoist .*\n)*/gm, called: 'snippet' },
        `${`hoist ${name} --json`.padEnd(29)} # ${about}\n`,
      ),
    );
    draft.edit('README.md', (text) =>
      insertedBefore(
        text,
        { file: 'README.md', pattern: /^\| `pnpm hoist …` \| /gm, called: 'row of pnpm hoist …' },
        `| \`pnpm hoist ${name}\` | ${about} |\n`,
      ),
    );
    return [
      tidy,
      { say: `Write what it does: ${cli}/lib/${name}/command.ts and ${cli}/test/${name}.test.ts.` },
      { say: 'Prove it: pnpm --filter @flaghoist/cli test' },
    ];
  },
};
