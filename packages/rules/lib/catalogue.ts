import { changeRules } from './change-rules.ts';
import type { AnyRule } from './rule.ts';
import { standingRules } from './standing-rules.ts';

/** All that an envelope is judged by. */
export const allRules: readonly AnyRule[] = [...standingRules, ...changeRules];

/** The business rules: what authors keep or break. */
export const catalogue: readonly AnyRule[] = allRules.filter(({ protocol }) => protocol !== true);

/** The invariants of the protocol: only the validator could break them. They are run with the rules and not counted. */
export const protocolChecks: readonly AnyRule[] = allRules.filter(({ protocol }) => protocol === true);
