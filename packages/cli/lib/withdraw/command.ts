import type { ProposalAnswer } from '@flaghoist/control-plane/routes/proposals';
import { UnavailableError } from '@flaghoist/core/errors';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { orderText } from '../client/order-text.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

/** `hoist withdraw`: a proposal of one's own that home has not judged yet. */
export const withdrawCommand: CommandFactory = (run) =>
  serverOption(
    new Command('withdraw')
      .description('take back what you have scheduled or proposed, before home judges it')
      .argument('<change>', 'its id, as hoist schedule --json says it'),
  )
    .addHelpText('after', examples)
    .action(async (changeId: string, options: ServerOption) => run((context) => withdraw(changeId, options, context)));

const WAIT_SECONDS = 20;

const withdraw = async (changeId: string, options: ServerOption, context: CommandContext): Promise<number> => {
  const client = await clientOf(options, context);
  const { output } = context;
  const path = `/v1/proposals/${encodeURIComponent(changeId)}?wait=${WAIT_SECONDS}`;
  const answer = await client.delete<ProposalAnswer>(path);
  const { outcome } = answer;
  if (outcome === null)
    throw new UnavailableError(
      `an answer of home to ${changeId} within ${WAIT_SECONDS} s`,
      'It is asked for, and stands: the same command again says what came of it.',
    );
  output.document(answer);
  if (outcome.outcome === 'withdrawn') {
    if (!output.json) output.say(`Withdrawn: ${changeId}. ${outcome.flagKey} stays as it is.`);
    return exitCodes.ok;
  }
  if (!output.json)
    output.advise(
      outcome.outcome === 'accepted'
        ? `Too late: home has accepted it as ${outcome.flagKey} ${orderText(outcome.order)}. hoist set, hoist restore or hoist kill change the flag again.`
        : `There is nothing to take back: it ended as ${outcome.outcome}.`,
    );
  return exitCodes.no;
};

const examples = `
Only your own, and only what has no outcome yet: what home has accepted is changed by another change. A draft binds nobody, so there is
nothing to withdraw: what somebody has approved is made only if it is proposed, within the time that the rules give an approval.

Examples:
  $ hoist withdraw checkout.new-form-mabc123-x1y2z3

${exitCodesHelp({ ok: 'it is withdrawn', no: 'it has ended otherwise, is not yours, or is not there' }, ['usage', 'unreachable', 'defect', 'interrupted'])}`;
