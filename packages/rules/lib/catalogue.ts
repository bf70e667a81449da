import { changeRules } from './change-rules.ts';
import type { AnyRule } from './rule.ts';
import { standingRules } from './standing-rules.ts';

export const catalogue: readonly AnyRule[] = [...standingRules, ...changeRules];
