import type { Proposal, Violation } from '@flaghoist/core/proposal';
import { surveyRules } from './families/limits.ts';
import { standingRules as safetyRules } from './families/safety.ts';
import { surveyOf } from './survey.ts';
import { inReportForm } from './violations.ts';

/** The rules whose breach leaves a value without a digest: canonical JSON has no form for it, or no end is in sight. */
const sealing = ['FH-LIMIT-01', 'FH-SAFE-03', 'FH-SAFE-04'];

/**
 * What keeps a proposal from becoming an envelope at all, so that the other rules cannot be run on it. Empty for nearly
 * every proposal. Pointers are into the proposal.
 */
export const unsealable = (proposal: Proposal): readonly Violation[] => {
  const survey = surveyOf(proposal);
  const rules = [...surveyRules, ...safetyRules].filter(({ id }) => sealing.includes(id));
  return inReportForm(
    rules.flatMap((rule) =>
      rule.check({ survey }).map((finding) => ({ ruleId: rule.id, severity: rule.severity, ...finding })),
    ),
  );
};
