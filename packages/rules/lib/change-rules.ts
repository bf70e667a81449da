// Written by `pnpm catalogue` from the files in lib/families.
import { changeRules as approval } from './families/approval.ts';
import { changeRules as approvers } from './families/approvers.ts';
import { changeRules as audience } from './families/audience.ts';
import { changeRules as audienceData } from './families/audience-data.ts';
import { changeRules as document } from './families/document.ts';
import { changeRules as freeze } from './families/freeze.ts';
import { changeRules as freezeTimes } from './families/freeze-times.ts';
import { changeRules as injection } from './families/injection.ts';
import { changeRules as key } from './families/key.ts';
import { changeRules as keyWords } from './families/key-words.ts';
import { changeRules as kill } from './families/kill.ts';
import { changeRules as kind } from './families/kind.ts';
import { changeRules as lifecycle } from './families/lifecycle.ts';
import { changeRules as lifecycleDates } from './families/lifecycle-dates.ts';
import { changeRules as limits } from './families/limits.ts';
import { changeRules as money } from './families/money.ts';
import { changeRules as moneyCodes } from './families/money-codes.ts';
import { changeRules as prerequisites } from './families/prerequisites.ts';
import { changeRules as promotion } from './families/promotion.ts';
import { changeRules as promotionSameness } from './families/promotion-sameness.ts';
import { changeRules as record } from './families/record.ts';
import { changeRules as revision } from './families/revision.ts';
import { changeRules as rolloutDrawing } from './families/rollout-drawing.ts';
import { changeRules as rolloutSteps } from './families/rollout-steps.ts';
import { changeRules as targeting } from './families/targeting.ts';
import { changeRules as targetingConditions } from './families/targeting-conditions.ts';
import { changeRules as targetingEvaluation } from './families/targeting-evaluation.ts';
import { changeRules as targetingLiterals } from './families/targeting-literals.ts';
import { changeRules as targetingOperands } from './families/targeting-operands.ts';
import { changeRules as targetingResults } from './families/targeting-results.ts';
import { changeRules as variantValues } from './families/variant-values.ts';
import { changeRules as variants } from './families/variants.ts';
import type { AnyRule } from './rule.ts';

/** The rules that are asked once, at acceptance. */
export const changeRules: readonly AnyRule[] = [
  ...approval,
  ...approvers,
  ...audience,
  ...audienceData,
  ...document,
  ...freeze,
  ...freezeTimes,
  ...injection,
  ...key,
  ...keyWords,
  ...kill,
  ...kind,
  ...lifecycle,
  ...lifecycleDates,
  ...limits,
  ...money,
  ...moneyCodes,
  ...prerequisites,
  ...promotion,
  ...promotionSameness,
  ...record,
  ...revision,
  ...rolloutDrawing,
  ...rolloutSteps,
  ...targeting,
  ...targetingConditions,
  ...targetingEvaluation,
  ...targetingLiterals,
  ...targetingOperands,
  ...targetingResults,
  ...variantValues,
  ...variants,
];
