import type { Envelope } from '@flaghoist/core/envelope';
import { documentRules, documentTextRules } from './families/document.ts';
import { evaluatorRules } from './families/evaluators.ts';
import { injectionRules } from './families/injection.ts';
import { keyRules } from './families/key.ts';
import { killRules } from './families/kill.ts';
import { kindRules } from './families/kind.ts';
import { sizeRules, surveyRules } from './families/limits.ts';
import { metadataRules } from './families/metadata.ts';
import { personalDataRules } from './families/personal-data.ts';
import { revisionRules } from './families/revision.ts';
import { rolloutRules } from './families/rollout.ts';
import { safetyRules } from './families/safety.ts';
import { secretRules } from './families/secrets.ts';
import { targetingRules } from './families/targeting.ts';
import { operandRules } from './families/targeting-operands.ts';
import { resultRules } from './families/targeting-results.ts';
import { variantStandingRules } from './families/variants.ts';
import type { AnyRule } from './rule.ts';
import { runRules, type Validation } from './run-rules.ts';

/** The rules that hold at every hop, each after those it builds on. */
export const standingRules: readonly AnyRule[] = [
  ...surveyRules,
  ...safetyRules,
  ...secretRules,
  ...personalDataRules,
  ...injectionRules,
  ...sizeRules,
  ...keyRules,
  ...kindRules,
  ...revisionRules,
  ...documentRules,
  ...metadataRules,
  ...documentTextRules,
  ...variantStandingRules,
  ...killRules,
  ...targetingRules,
  ...operandRules,
  ...resultRules,
  ...evaluatorRules,
  ...rolloutRules,
];

/** What every hop asks before it lets an envelope pass. Never throws. */
export const validateStanding = (envelope: Envelope): Validation => runRules(standingRules, envelope, ['standing']);
