// Written by `pnpm catalogue` from the files in lib/families.
import { standingRules as addresses } from './families/addresses.ts';
import { standingRules as document } from './families/document.ts';
import { standingRules as evaluators } from './families/evaluators.ts';
import { standingRules as injection } from './families/injection.ts';
import { standingRules as key } from './families/key.ts';
import { standingRules as kill } from './families/kill.ts';
import { standingRules as kind } from './families/kind.ts';
import { standingRules as limits } from './families/limits.ts';
import { standingRules as metadata } from './families/metadata.ts';
import { standingRules as personalData } from './families/personal-data.ts';
import { standingRules as revision } from './families/revision.ts';
import { standingRules as rollout } from './families/rollout.ts';
import { standingRules as safety } from './families/safety.ts';
import { standingRules as secrets } from './families/secrets.ts';
import { standingRules as targeting } from './families/targeting.ts';
import { standingRules as targetingOperands } from './families/targeting-operands.ts';
import { standingRules as targetingResults } from './families/targeting-results.ts';
import { standingRules as variants } from './families/variants.ts';
import type { AnyRule } from './rule.ts';

/** The rules that hold at every hop. */
export const standingRules: readonly AnyRule[] = [
  ...addresses,
  ...document,
  ...evaluators,
  ...injection,
  ...key,
  ...kill,
  ...kind,
  ...limits,
  ...metadata,
  ...personalData,
  ...revision,
  ...rollout,
  ...safety,
  ...secrets,
  ...targeting,
  ...targetingOperands,
  ...targetingResults,
  ...variants,
];
