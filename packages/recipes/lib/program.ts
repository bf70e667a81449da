import { describeError, errorDescription } from '@flaghoist/core/describe-error';
import { FlaghoistError } from '@flaghoist/core/errors';
import { Command, CommanderError } from 'commander';
import { commandRecipe } from './command.ts';
import { Draft } from './draft.ts';
import { environmentRecipe } from './environment.ts';
import { WrongUseError } from './errors.ts';
import { lambdaRecipe } from './lambda.ts';
import { moduleRecipe } from './module.ts';
import type { Options, Recipe, Step } from './recipe.ts';
import { regionRecipe } from './region.ts';
import { ruleRecipe } from './rule.ts';
import { serviceRecipe } from './service.ts';

export const recipes: readonly Recipe[] = [
  ruleRecipe,
  lambdaRecipe,
  commandRecipe,
  moduleRecipe,
  serviceRecipe,
  regionRecipe,
  environmentRecipe,
];

export const exitCodes = { ok: 0, refused: 1, wrongUse: 64, defect: 70 } as const;

const codes = 'Exit codes: 0 written, 1 refused, 64 wrong use, 70 a defect. Unless it is 0, nothing was written.';

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What is left to do, numbered. */
const numbered = (steps: readonly Step[]): string =>
  steps.map(({ say, run }, index) => ` ${index + 1}. ${say}${run === undefined ? '' : `\n      ${run}`}`).join('\n');

/**
 * Runs `pnpm new` with the given arguments in a checkout.
 *
 * @returns the exit code (`exitCodes`)
 */
export const runRecipes = async (args: readonly string[], root: string, { out, err }: Streams): Promise<number> => {
  const json = args.includes('--json');
  const program = new Command('pnpm new')
    .description('Adds a thing of the house where it belongs, and says what is left to do.')
    .addHelpText('after', `\npnpm new lambda --help shows options and examples of one.\n\n${codes}`)
    .showHelpAfterError('(pnpm new --help shows what there is)')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err });

  for (const { kind, about, argument, options, examples, draft: prepare } of recipes) {
    const command = new Command(kind).copyInheritedSettings(program).description(about).argument('<name>', argument);
    for (const option of options) command.option(option.flags, option.about);
    command
      .option('--dry-run', 'list the files and write nothing')
      .option('--json', 'print one JSON document')
      .addHelpText(
        'after',
        `\nExamples:\n${examples.map((each) => `  $ pnpm new ${kind} ${each}\n`).join('')}\n${codes}`,
      )
      .action((name: string, { dryRun, json: _json, ...given }: Record<string, unknown>) => {
        const draft = new Draft(root);
        const next = prepare(draft, name, given as Options);
        const changes = draft.changes();
        if (dryRun !== true) draft.write();
        if (json) return out(`${JSON.stringify({ kind, name, written: dryRun !== true, changes, next })}\n`);
        const files = changes.map(({ file, change }) => `  ${change.padEnd(7)} ${file}`).join('\n');
        out(`${dryRun === true ? 'Would write' : 'Written'}:\n${files}\n\nNext:\n${numbered(next)}\n`);
      });
    program.addCommand(command);
  }

  try {
    if (args.length === 0) {
      err(program.helpInformation());
      return exitCodes.wrongUse;
    }
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUse;
    err(`${json ? JSON.stringify({ error: errorDescription(error) }) : describeError(error)}\n`);
    if (error instanceof WrongUseError) return exitCodes.wrongUse;
    return error instanceof FlaghoistError ? exitCodes.refused : exitCodes.defect;
  }
};
