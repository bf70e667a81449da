import type { Proposal } from '@flaghoist/core/proposal';
import type { Policy } from '@flaghoist/rules/policy';
import { TokenNeededError } from '../errors.ts';
import type { Caller } from './caller.ts';

/** Whether a policy asks for other people's approval of a change of this kind. */
const asksForApproval = ({ kind }: Pick<Proposal, 'kind'>, policy: Policy): boolean => {
  if (kind === 'killed') return false;
  const { approvalsRequired, approvalsToRestore, ownerTeamApproves, newOwnerApproves, serviceOwnersApprove } = policy;
  if (kind === 'restored' && approvalsToRestore > 0) return true;
  return approvalsRequired > 0 || ownerTeamApproves || newOwnerApproves || serviceOwnersApprove;
};

/**
 * Where four eyes are asked for, nobody may be whom he says he is: one person would be all of them.
 *
 * @throws TokenNeededError
 */
export const refuseUnsigned = ({ by }: Caller, proposal: Pick<Proposal, 'kind'>, policy: Policy): void => {
  if (by !== 'local' || !asksForApproval(proposal, policy)) return;
  throw new TokenNeededError(`the policy asks for approvals of a change that is ${proposal.kind}`, {
    hint: 'Without a token nobody knows who is who. Ask whoever started the server for one: hoist token issue makes it.',
    retryable: false,
  });
};
