import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { numberBetween } from '../option-values.ts';

interface ApproveOptions extends ServerOption {
  readonly author?: string;
  readonly rules: number;
}

/** `hoist approve`: the second pair of eyes. */
export const approveCommand: CommandFactory = (run) =>
  serverOption(
    new Command('approve')
      .description('approve a draft in your own name: this digest, against this order, by these rules, once')
      .argument('<digest>', 'as hoist review showed it')
      .requiredOption(
        '--rules <version>',
        'the version of the rules that hoist review showed',
        numberBetween(1, 999_999),
      )
      .option('--author <principal>', 'under whose key it lies (default: under that of the server)'),
  )
    .addHelpText('after', examples)
    .action(async (digest: string, options: ApproveOptions) => run((context) => approve(digest, options, context)));

interface Approved {
  readonly by: string;
  readonly approved: string;
}

const approve = async (digest: string, options: ApproveOptions, context: CommandContext): Promise<number> => {
  const { author, rules: rulesVersion } = options;
  const { output } = context;
  const asked = { digest, rulesVersion, ...(author === undefined ? {} : { author }) };
  const answer = await (await clientOf(options, context)).post<Approved>('/v1/approvals', asked);
  output.document(answer);
  if (!output.json) output.say(`Approved by ${answer.by}: ${digest}`);
  return exitCodes.ok;
};

const examples = `
It takes a token with the scope approve (HOIST_TOKEN): without one nobody knows who is who. Nobody approves a change of their own.

Examples:
  $ HOIST_TOKEN=… hoist approve 5f1c… --rules 2

${exitCodesHelp({ no: 'there is no such draft, or you may not approve it' }, ['ok', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
