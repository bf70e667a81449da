import type { ProposalAnswer } from '@flaghoist/control-plane/routes/proposals';
import { Command } from 'commander';
import { clientOf } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import type { SetOptions } from '../set/options.ts';
import { laterOptions } from '../set/setting-options.ts';

/** `hoist schedule`: a change that is judged later. */
export const scheduleCommand: CommandFactory = (run) =>
  laterOptions(
    new Command('schedule')
      .description('ask for a change now that is judged and made at a time; the rules run then')
      .argument('<flag>', 'its key')
      .argument('[variant]', 'what everybody gets whom no rule of the flag gives something else')
      .requiredOption('--at <time>', 'when, such as 2026-12-24T06:00Z, at most 90 days ahead')
      .option('--approved-by <people...>', 'whose approvals of this very change to use'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string, variant: string | undefined, options: SetOptions) =>
      run((context) => schedule(flag, variant, options, context)),
    );

const schedule = async (
  flagKey: string,
  variant: string | undefined,
  options: SetOptions,
  context: CommandContext,
): Promise<number> => {
  const { proposalOf } = await import('../client/propose.ts');
  const { wantedOf } = await import('../set/wanted.ts');
  const { currentFlag } = await import('../client/current-flag.ts');
  const { tellRefusal } = await import('../client/tell-change.ts');
  const client = await clientOf(options, context);
  const { output } = context;
  const asked = await wantedOf({ flagKey, variant, options, current: await currentFlag(client, flagKey) }, context);
  const proposal = proposalOf(asked, options);
  const { outcome } = await client.post<ProposalAnswer>('/v1/proposals', proposal, { wait: 1 });
  output.document({ flagKey, changeId: proposal.change.id, notBefore: proposal.notBefore, outcome });
  if (outcome !== null && outcome.outcome !== 'accepted') return tellRefusal(outcome, output);
  if (!output.json)
    output.advise(
      `${flagKey} is changed at ${new Date(proposal.notBefore ?? 0).toISOString()}, if nobody has changed it until then and the rules let it pass. hoist withdraw ${proposal.change.id} takes it back until then.`,
    );
  return exitCodes.ok;
};

const examples = `
It is made against the flag as it is now: when somebody changes the flag before its time, it ends as a conflict. It waits in the
home region alone: when another region is made home before its time, schedule it once more.

Examples:
  $ hoist schedule checkout.new-form on --at 2026-12-24T06:00Z --reason "Christmas"

${exitCodesHelp({ ok: 'it waits for its time' }, ['rejected', 'conflict', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
