import type { ProposalAnswer } from '@flaghoist/control-plane/routes/proposals';
import type { ChangeView } from '@flaghoist/control-plane/views/schemas';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Proposal } from '@flaghoist/core/proposal';
import type { CommandContext } from '../command.ts';
import { timeOf } from '../time-of.ts';
import { newChangeId } from './change-id.ts';
import type { Client } from './client.ts';
import { AnsweredError } from './errors.ts';
import { followChange, type Goal } from './follow-change.ts';
import { lasting } from './lasting.ts';
import { flagPath } from './paths.ts';
import { tellChange, tellRefusal } from './tell-change.ts';

/** What every command that changes a flag takes. */
export interface ChangeOptions {
  readonly server?: string;
  readonly reason: string;
  readonly ticket?: string;
  readonly id?: string;
  readonly for: Goal;
  readonly wait: boolean;
  readonly approvedBy?: readonly string[];
}

export type Asked = Omit<Proposal, 'change' | 'proposedAt'>;

/** A proposal as it is sent: who makes it is for the server to know. */
export const proposalOf = (asked: Asked, { id, reason, ticket, approvedBy = [] }: ChangeOptions): Proposal => ({
  ...asked,
  change: {
    id: id ?? newChangeId(asked.flagKey),
    actor: '',
    authentication: '',
    reason,
    ...(ticket === undefined ? {} : { ticket }),
    ...(approvedBy.length === 0 ? {} : { approvals: approvedBy.map((actor) => ({ actor, at: 0 })) }),
  },
  proposedAt: timeOf(undefined),
});

const WAIT_SECONDS = 20;

/** @throws AnsweredError for a flag that is not there */
const refuseUnknown = async (client: Client, flagKey: string): Promise<void> => {
  try {
    await client.get<unknown>(flagPath(flagKey));
  } catch (error) {
    // Who may kill may perhaps not read.
    if (error instanceof AnsweredError && error.code === 'FH_NOT_FOUND') throw error;
  }
};

/**
 * Proposes a change, waits as long as asked, and says what came of it.
 *
 * @returns the exit code
 * @throws AnsweredError for a flag that is not there; UnavailableError when home does not judge it in time: it is still there, and may be accepted later
 */
export const propose = async (
  client: Client,
  asked: Asked,
  options: ChangeOptions,
  { output }: CommandContext,
): Promise<number> => {
  const proposal = proposalOf(asked, options);
  const goal = options.wait ? options.for : 'accepted';
  const { flagKey } = proposal;
  const changeId = proposal.change.id;
  // Before it is proposed: what is told meanwhile is not missed.
  const stream = goal === 'accepted' ? undefined : await client.stream({ flagKey, progress: true });
  try {
    const hint = `It may have been proposed: the same command with --id ${changeId} asks again, and changes nothing twice.`;
    const answer = await lasting(() => client.post<ProposalAnswer>('/v1/proposals', proposal, { wait: WAIT_SECONDS }), {
      client,
      output,
      hint,
    });
    const { outcome } = answer;
    if (outcome === null)
      throw new UnavailableError(
        `an answer of home to ${changeId} within ${WAIT_SECONDS} s`,
        `The proposal stays where it is: the same command with --id ${changeId} asks again, and changes nothing twice.`,
      );
    // Looked at afterwards: nothing stands between somebody and a kill. Of a flag that is not there the rules say nothing of use.
    if (outcome.outcome === 'rejected' && asked.kind !== 'created') await refuseUnknown(client, flagKey);
    output.say(output.colours.bold(`${flagKey}: ${asked.kind}`));
    if (outcome.outcome !== 'accepted') {
      output.document({ flagKey, changeId, outcome });
      return tellRefusal(outcome, output);
    }
    const change: ChangeView = await followChange(client, { flagKey, order: outcome.order, goal }, output, stream);
    output.document({ flagKey, changeId, outcome, change });
    return tellChange(change, goal, output);
  } finally {
    stream?.close();
  }
};
