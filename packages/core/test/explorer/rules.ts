import { expectedServices } from '../../lib/audience.ts';
import { acknowledges, compareAndSet } from '../../lib/compare-and-set.ts';
import { decide, endsSearch, supersedesProof } from '../../lib/decision.ts';
import { heldOf, isDue } from '../../lib/held.ts';
import { buildRevert, buildRevision } from '../../lib/revision.ts';
import { judgeService, worst } from '../../lib/verdict.ts';

/** The functions under exploration. The model takes them as a parameter, so that a mutant of one can be explored too. */
export const coreRules = {
  buildRevision,
  buildRevert,
  compareAndSet,
  acknowledges,
  heldOf,
  isDue,
  expectedServices,
  judgeService,
  worst,
  supersedesProof,
  decide,
  endsSearch,
};

export type Rules = typeof coreRules;
