import type { SignedProposal, Violation } from '@flaghoist/core/proposal';
import { MAX_PROPOSAL_AGE_SECONDS, MAX_SCHEDULE_DAYS, scheduleOf } from '@flaghoist/core/proposal-age';
import { inReportForm } from '@flaghoist/rules/violations';

/** What is wrong with the time at which a proposal is to be judged. */
export const scheduleViolations = (
  proposal: SignedProposal,
  times: { readonly writtenAt: number; readonly now: number },
): readonly Violation[] => {
  const { notBefore = 0 } = proposal;
  const schedule = scheduleOf(proposal, times);
  if (schedule === 'too-far')
    return violation(
      `It is to be judged at ${notBefore}, more than ${MAX_SCHEDULE_DAYS} days ahead.`,
      'Propose it again nearer to its time. Times are in milliseconds since 1970.',
    );
  if (schedule === 'past')
    return violation(
      `It is to be judged at ${notBefore}, more than ${MAX_PROPOSAL_AGE_SECONDS} s before it was written.`,
      'Leave notBefore out to have it judged at once. Times are in milliseconds since 1970.',
    );
  return [];
};

const violation = (message: string, hint: string): readonly Violation[] =>
  inReportForm([{ ruleId: 'FH-PROPOSAL-02', severity: 'error', pointer: '/notBefore', message, hint }]);
