// Written by `pnpm catalogue` from the files in lib/families.
import { examples as addresses } from '../families/addresses.ts';
import { examples as approval } from '../families/approval.ts';
import { examples as approvers } from '../families/approvers.ts';
import { examples as audience } from '../families/audience.ts';
import { examples as audienceData } from '../families/audience-data.ts';
import { examples as document } from '../families/document.ts';
import { examples as evaluators } from '../families/evaluators.ts';
import { examples as freeze } from '../families/freeze.ts';
import { examples as freezeTimes } from '../families/freeze-times.ts';
import { examples as injection } from '../families/injection.ts';
import { examples as key } from '../families/key.ts';
import { examples as keyWords } from '../families/key-words.ts';
import { examples as kill } from '../families/kill.ts';
import { examples as kind } from '../families/kind.ts';
import { examples as lifecycle } from '../families/lifecycle.ts';
import { examples as lifecycleDates } from '../families/lifecycle-dates.ts';
import { examples as limits } from '../families/limits.ts';
import { examples as metadata } from '../families/metadata.ts';
import { examples as money } from '../families/money.ts';
import { examples as moneyCodes } from '../families/money-codes.ts';
import { examples as personalData } from '../families/personal-data.ts';
import { examples as prerequisites } from '../families/prerequisites.ts';
import { examples as promotion } from '../families/promotion.ts';
import { examples as promotionSameness } from '../families/promotion-sameness.ts';
import { examples as record } from '../families/record.ts';
import { examples as revision } from '../families/revision.ts';
import { examples as rollout } from '../families/rollout.ts';
import { examples as rolloutDrawing } from '../families/rollout-drawing.ts';
import { examples as rolloutSteps } from '../families/rollout-steps.ts';
import { examples as safety } from '../families/safety.ts';
import { examples as secrets } from '../families/secrets.ts';
import { examples as targeting } from '../families/targeting.ts';
import { examples as targetingConditions } from '../families/targeting-conditions.ts';
import { examples as targetingEvaluation } from '../families/targeting-evaluation.ts';
import { examples as targetingLiterals } from '../families/targeting-literals.ts';
import { examples as targetingOperands } from '../families/targeting-operands.ts';
import { examples as targetingResults } from '../families/targeting-results.ts';
import { examples as variantValues } from '../families/variant-values.ts';
import { examples as variants } from '../families/variants.ts';
import type { Examples } from './envelope.ts';

/** By rule id. The catalogue shows them and the tests run them; the Lambdas do not carry them. */
export const examples: Examples = {
  ...addresses(),
  ...approval(),
  ...approvers(),
  ...audience(),
  ...audienceData(),
  ...document(),
  ...evaluators(),
  ...freeze(),
  ...freezeTimes(),
  ...injection(),
  ...key(),
  ...keyWords(),
  ...kill(),
  ...kind(),
  ...lifecycle(),
  ...lifecycleDates(),
  ...limits(),
  ...metadata(),
  ...money(),
  ...moneyCodes(),
  ...personalData(),
  ...prerequisites(),
  ...promotion(),
  ...promotionSameness(),
  ...record(),
  ...revision(),
  ...rollout(),
  ...rolloutDrawing(),
  ...rolloutSteps(),
  ...safety(),
  ...secrets(),
  ...targeting(),
  ...targetingConditions(),
  ...targetingEvaluation(),
  ...targetingLiterals(),
  ...targetingOperands(),
  ...targetingResults(),
  ...variantValues(),
  ...variants(),
};
