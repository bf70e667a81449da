import { FlaghoistError } from '@flaghoist/core/errors';
import type { AppliedRemediation } from './apply-remediation.ts';
import type { PlannedRemediation } from './plan-remediation.ts';
import { waitsForTurn } from './verdict.ts';

/** What a workflow branches on: `infra-tf/lib/modules/remediation/remediate-drift.asl.json`. */
export type OutcomeWord =
  | 'nothing'
  | 'auto'
  | 'ask'
  | 'waiting'
  | 'refused'
  | AppliedRemediation['outcome']
  | 'next'
  | 'gone'
  | 'locked'
  | 'outdated';

/** `nothing` has nothing to tell: what no apply mends is left to people, as what a machine may not mend. */
export const wordOfPlanned = ({
  outcome,
  record,
  standing,
}: Pick<PlannedRemediation, 'outcome' | 'record' | 'standing'>): OutcomeWord =>
  record?.need ?? (outcome === 'nothing' && standing.length === 0 ? 'nothing' : 'refused');

/** `next`: mended, and what waited for its turn is to be planned now. */
export const wordOfApplied = ({ outcome, record }: Pick<AppliedRemediation, 'outcome' | 'record'>): OutcomeWord =>
  outcome === 'mended' && record.leaves.some(waitsForTurn) ? 'next' : outcome;

const byCode: Readonly<Record<string, OutcomeWord>> = {
  FH_REMEDIATION_GONE: 'gone',
  FH_REMEDIATION_LOCKED: 'locked',
  FH_PLANS_LOCKED: 'locked',
  FH_REMEDIATION_OUTDATED: 'outdated',
  FH_REMEDIATION_REFUSED: 'refused',
};

/** For errors after which nothing was begun. After any other nobody knows, and there is no word. */
export const wordOfError = (error: unknown): OutcomeWord | undefined =>
  error instanceof FlaghoistError ? byCode[error.code] : undefined;
