import { FlaghoistError } from '@flaghoist/core/errors';
import type { Violation } from '@flaghoist/core/proposal';

/** An accepted envelope that this region's standing rules refuse: it reaches no cache here (rule 4 of the design). */
export class RefusedByRulesError extends FlaghoistError {
  readonly code = 'FH_REFUSED_BY_RULES';
  readonly ruleIds: readonly string[];

  constructor(flagKey: string, violations: readonly Violation[]) {
    const ruleIds = violations.map(({ ruleId }) => ruleId);
    super(`flag ${flagKey} is refused by ${ruleIds.join(', ')}`, {
      hint: 'The home region accepted what this region refuses: compare the versions of the rules in both.',
      retryable: false,
    });
    this.ruleIds = ruleIds;
  }
}
