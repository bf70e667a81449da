import type { DraftView } from '@flaghoist/control-plane/routes/approvals';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

interface ReviewOptions extends ServerOption {
  readonly author?: string;
}

/** `hoist review`: a draft, as its author saw it. */
export const reviewCommand: CommandFactory = (run) =>
  serverOption(
    new Command('review')
      .description('show a draft to who approves it: the same difference, rules and plan that its author saw')
      .argument('<digest>', 'as hoist draft printed it')
      .option('--author <principal>', 'under whose key it lies (default: under that of the server)'),
  )
    .addHelpText('after', examples)
    .action(async (digest: string, options: ReviewOptions) => run((context) => review(digest, options, context)));

const review = async (digest: string, options: ReviewOptions, context: CommandContext): Promise<number> => {
  const { sayPlan } = await import('../client/show-plan.ts');
  const { output } = context;
  const { author } = options;
  const found = await (await clientOf(options, context)).get<DraftView>(`/v1/drafts/${encodeURIComponent(digest)}`, {
    author,
  });
  output.document(found);
  if (output.json) return exitCodes.ok;
  const { change } = found.proposal;
  sayPlan(found.plan, output);
  output.say(`  ${'asked by'.padEnd(14)}${change.actor}: ${change.reason}`);
  output.say();
  output.advise(
    `To say yes: hoist approve ${digest} --rules ${found.plan.rulesVersion}${author === undefined ? '' : ` --author ${author}`}`,
  );
  return exitCodes.ok;
};

const examples = `
Examples:
  $ hoist review 5f1c…          the digest of 64 characters that its author sent you

${exitCodesHelp({ no: 'there is no such draft' }, ['ok', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
