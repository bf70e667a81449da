import { Argument, Command } from 'commander';
import type { CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { scriptFor, shells } from './scripts.ts';
import { wordsBelow } from './words.ts';

/** `hoist completion`: what a shell offers. */
export const completionCommand: CommandFactory = (run) =>
  new Command('completion')
    .description('print what makes a shell complete the commands and options of hoist')
    .addArgument(new Argument('<shell>', 'which').choices(shells))
    .addHelpText('after', examples)
    .action(async (shell: (typeof shells)[number]) =>
      run(async ({ output, commands }) => {
        output.print(scriptFor(shell, wordsBelow(await commands())));
        return exitCodes.ok;
      }),
    );

const examples = `
Examples:
  $ source <(hoist completion bash)                                            now; in ~/.bashrc for good
  $ hoist completion zsh > ~/.zfunc/_hoist                                     a folder of $fpath
  $ hoist completion fish > ~/.config/fish/completions/hoist.fish

${exitCodesHelp({}, ['ok', 'usage', 'defect'])}`;
