import { audienceRules } from './families/audience.ts';
import { keyChangeRules } from './families/key.ts';
import { lifecycleRules } from './families/lifecycle.ts';
import { prerequisiteRules } from './families/prerequisites.ts';
import { recordRules } from './families/record.ts';
import { variantChangeRules } from './families/variants.ts';
import type { AnyRule } from './rule.ts';
import { standingRules } from './standing.ts';

/** All rules, each after those it builds on. */
export const catalogue: readonly AnyRule[] = [
  ...standingRules,
  ...keyChangeRules,
  ...variantChangeRules,
  ...audienceRules,
  ...prerequisiteRules,
  ...lifecycleRules,
  ...recordRules,
];
