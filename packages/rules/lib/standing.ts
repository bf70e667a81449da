import type { Envelope } from '@flaghoist/core/envelope';
import { runRules, type Validation } from './run-rules.ts';
import { standingRules } from './standing-rules.ts';

/** What every hop asks before it lets an envelope pass. Never throws. */
export const validateStanding = (envelope: Envelope): Validation => runRules(standingRules, envelope, ['standing']);
