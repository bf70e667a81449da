import { approvalRules } from './families/approval.ts';
import { approverRules } from './families/approvers.ts';
import { audienceMoveRules, audienceRules } from './families/audience.ts';
import { audienceDataRules } from './families/audience-data.ts';
import { documentChangeRules } from './families/document.ts';
import { freezeRules } from './families/freeze.ts';
import { freezeTimeRules } from './families/freeze-times.ts';
import { keyChangeRules } from './families/key.ts';
import { keyWordRules } from './families/key-words.ts';
import { killChangeRules } from './families/kill.ts';
import { kindChangeRules } from './families/kind.ts';
import { lifecycleEndRules, lifecycleRules } from './families/lifecycle.ts';
import { lifecycleDateRules } from './families/lifecycle-dates.ts';
import { limitChangeRules } from './families/limits.ts';
import { moneyRules } from './families/money.ts';
import { moneyCodeRules } from './families/money-codes.ts';
import { prerequisiteRules } from './families/prerequisites.ts';
import { promotionRules, promotionTimeRules } from './families/promotion.ts';
import { samenessRules } from './families/promotion-sameness.ts';
import { recordRules } from './families/record.ts';
import { revisionChangeRules } from './families/revision.ts';
import { rolloutDrawingRules } from './families/rollout-drawing.ts';
import { rolloutStepRules } from './families/rollout-steps.ts';
import { targetingWorkRules } from './families/targeting.ts';
import { conditionRules } from './families/targeting-conditions.ts';
import { operandChangeRules } from './families/targeting-operands.ts';
import { resultChangeRules } from './families/targeting-results.ts';
import { variantValueRules } from './families/variant-values.ts';
import { variantChangeRules } from './families/variants.ts';
import type { AnyRule } from './rule.ts';
import { standingRules } from './standing.ts';

/** All rules, each after those it builds on. */
export const catalogue: readonly AnyRule[] = [
  ...standingRules,
  ...kindChangeRules,
  ...killChangeRules,
  ...keyChangeRules,
  ...keyWordRules,
  ...revisionChangeRules,
  ...documentChangeRules,
  ...variantChangeRules,
  ...targetingWorkRules,
  ...operandChangeRules,
  ...resultChangeRules,
  ...conditionRules,
  ...rolloutDrawingRules,
  ...rolloutStepRules,
  ...variantValueRules,
  ...audienceRules,
  ...audienceDataRules,
  ...audienceMoveRules,
  ...prerequisiteRules,
  ...lifecycleRules,
  ...lifecycleDateRules,
  ...lifecycleEndRules,
  ...moneyRules,
  ...moneyCodeRules,
  ...freezeRules,
  ...freezeTimeRules,
  ...promotionRules,
  ...samenessRules,
  ...promotionTimeRules,
  ...approvalRules,
  ...approverRules,
  ...recordRules,
  ...limitChangeRules,
];
