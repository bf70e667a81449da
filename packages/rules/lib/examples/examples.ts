import { approvalExamples } from '../families/approval.ts';
import { approverExamples } from '../families/approvers.ts';
import { audienceExamples } from '../families/audience.ts';
import { audienceDataExamples } from '../families/audience-data.ts';
import { documentExamples } from '../families/document.ts';
import { evaluatorExamples } from '../families/evaluators.ts';
import { freezeExamples } from '../families/freeze.ts';
import { freezeTimeExamples } from '../families/freeze-times.ts';
import { injectionExamples } from '../families/injection.ts';
import { keyExamples } from '../families/key.ts';
import { keyWordExamples } from '../families/key-words.ts';
import { killExamples } from '../families/kill.ts';
import { kindExamples } from '../families/kind.ts';
import { lifecycleExamples } from '../families/lifecycle.ts';
import { lifecycleDateExamples } from '../families/lifecycle-dates.ts';
import { limitExamples } from '../families/limits.ts';
import { metadataExamples } from '../families/metadata.ts';
import { moneyExamples } from '../families/money.ts';
import { moneyCodeExamples } from '../families/money-codes.ts';
import { personalDataExamples } from '../families/personal-data.ts';
import { prerequisiteExamples } from '../families/prerequisites.ts';
import { promotionExamples } from '../families/promotion.ts';
import { samenessExamples } from '../families/promotion-sameness.ts';
import { recordExamples } from '../families/record.ts';
import { revisionExamples } from '../families/revision.ts';
import { rolloutExamples } from '../families/rollout.ts';
import { rolloutDrawingExamples } from '../families/rollout-drawing.ts';
import { rolloutStepExamples } from '../families/rollout-steps.ts';
import { safetyExamples } from '../families/safety.ts';
import { secretExamples } from '../families/secrets.ts';
import { targetingExamples } from '../families/targeting.ts';
import { conditionExamples } from '../families/targeting-conditions.ts';
import { operandExamples } from '../families/targeting-operands.ts';
import { resultExamples } from '../families/targeting-results.ts';
import { variantValueExamples } from '../families/variant-values.ts';
import { variantExamples } from '../families/variants.ts';
import type { Examples } from './envelope.ts';

/** By rule id. The catalogue shows them and the tests run them; the Lambdas do not carry them. */
export const examples: Examples = {
  ...audienceExamples(),
  ...audienceDataExamples(),
  ...documentExamples(),
  ...metadataExamples(),
  ...keyExamples(),
  ...keyWordExamples(),
  ...killExamples(),
  ...kindExamples(),
  ...lifecycleExamples(),
  ...lifecycleDateExamples(),
  ...limitExamples(),
  ...prerequisiteExamples(),
  ...evaluatorExamples(),
  ...moneyExamples(),
  ...moneyCodeExamples(),
  ...freezeExamples(),
  ...freezeTimeExamples(),
  ...promotionExamples(),
  ...samenessExamples(),
  ...approvalExamples(),
  ...approverExamples(),
  ...recordExamples(),
  ...revisionExamples(),
  ...safetyExamples(),
  ...rolloutExamples(),
  ...rolloutDrawingExamples(),
  ...rolloutStepExamples(),
  ...secretExamples(),
  ...personalDataExamples(),
  ...injectionExamples(),
  ...targetingExamples(),
  ...operandExamples(),
  ...resultExamples(),
  ...conditionExamples(),
  ...variantExamples(),
  ...variantValueExamples(),
};
