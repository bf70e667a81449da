import { InvalidInputError } from '@flaghoist/core/errors';
import type { WrittenProposal } from '@flaghoist/core/ports/proposal-store';
import { type Proposal, parseProposal } from '@flaghoist/core/proposal';

/** What an author wrote, or why it is no proposal. */
export const readProposal = ({
  changeId,
  text,
}: Pick<WrittenProposal, 'changeId' | 'text'>): Proposal | InvalidInputError => {
  const hint = 'Write a proposal under its own change id, as ProposalStore.propose does.';
  if (text === null) return new InvalidInputError('proposal', ['/proposal: is not there, expected text'], hint);
  try {
    const proposal = parseProposal(text);
    if (proposal.change.id === changeId) return proposal;
    return new InvalidInputError(
      'proposal',
      [`/change/id: is ${proposal.change.id}, but it was written under ${changeId}`],
      hint,
    );
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
};
