import type { DraftView } from '@flaghoist/control-plane/routes/approvals';
import { Command } from 'commander';
import { clientOf } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import type { SetOptions } from '../set/options.ts';
import { laterOptions } from '../set/setting-options.ts';

/** `hoist draft`: what somebody else is to approve. */
export const draftCommand: CommandFactory = (run) =>
  laterOptions(
    new Command('draft')
      .description('show others what you are going to set, so that somebody can approve it')
      .argument('<flag>', 'its key')
      .argument('[variant]', 'what everybody gets whom no rule of the flag gives something else')
      .option('--at <time>', 'for hoist schedule at this time'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, variant: string | undefined, options: SetOptions) =>
      run((context) => draft(flag, variant, options, context)),
    );

const draft = async (
  flagKey: string,
  variant: string | undefined,
  options: SetOptions,
  context: CommandContext,
): Promise<number> => {
  const { proposalOf } = await import('../client/propose.ts');
  const { wantedOf } = await import('../set/wanted.ts');
  const { currentFlag } = await import('../client/current-flag.ts');
  const { sayPlan } = await import('../client/show-plan.ts');
  const client = await clientOf(options, context);
  const { output } = context;
  const asked = await wantedOf({ flagKey, variant, options, current: await currentFlag(client, flagKey) }, context);
  const drafted = await client.post<DraftView>('/v1/drafts', proposalOf(asked, options));
  output.document(drafted);
  if (output.json) return exitCodes.ok;
  sayPlan(drafted.plan, output);
  output.say();
  output.advise(`For who approves it:   hoist review ${drafted.digest} --author ${drafted.author}`);
  output.advise(`Then, word for word:   hoist set ${flagKey} … --approved-by THEM`);
  return exitCodes.ok;
};

const examples = `
The digest names every byte of what is asked for and the state of the flag that it is asked against. Whatever is changed
afterwards, or has changed in the flag, makes an approval of it void.

Examples:
  $ hoist draft checkout.new-form on --reason "Go live"

${exitCodesHelp({ ok: 'it lies there to be approved' }, ['no', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
