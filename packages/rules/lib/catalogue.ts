import { approvalRules } from './families/approval.ts';
import { audienceRules } from './families/audience.ts';
import { documentChangeRules } from './families/document.ts';
import { freezeRules } from './families/freeze.ts';
import { keyChangeRules } from './families/key.ts';
import { killChangeRules } from './families/kill.ts';
import { kindChangeRules } from './families/kind.ts';
import { lifecycleRules } from './families/lifecycle.ts';
import { limitChangeRules } from './families/limits.ts';
import { moneyRules } from './families/money.ts';
import { prerequisiteRules } from './families/prerequisites.ts';
import { promotionRules } from './families/promotion.ts';
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
  ...prerequisiteRules,
  ...lifecycleRules,
  ...moneyRules,
  ...freezeRules,
  ...promotionRules,
  ...approvalRules,
  ...recordRules,
  ...limitChangeRules,
];
