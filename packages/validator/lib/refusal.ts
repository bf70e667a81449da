import { UnavailableError } from '@flaghoist/core/errors';
import type { Violation } from '@flaghoist/core/proposal';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { isRefused, type ReadableItem } from './flag-item.ts';
import type { DistributePorts } from './ports.ts';

/** How long an older function waits for its own update before it refuses what newer rules have passed. */
const WAIT_FOR_RULES_MS = 10_000;

export interface Refusal {
  readonly reason: 'rules' | 'rules-version';
  readonly violations: readonly Violation[];
}

/**
 * Why this region refuses an accepted change, `null` when it does not.
 *
 * @throws UnavailableError while the change was judged by newer rules than this function has, in the first 10 s
 */
export const refusalOf = (
  item: ReadableItem,
  { clock, rulesVersion: known = RULES_VERSION }: Pick<DistributePorts, 'clock' | 'rulesVersion'>,
): Refusal | null => {
  const { rulesVersion, at } = item.envelope;
  if (rulesVersion > known) {
    if (clock.now() - at.accepted < WAIT_FOR_RULES_MS) {
      throw new UnavailableError(
        `version ${rulesVersion} of the rules`,
        `This function has version ${known}; its update is on the way, or was forgotten.`,
      );
    }
    return { reason: 'rules-version', violations: [] };
  }
  return isRefused(item) ? { reason: 'rules', violations: item.validation.violations } : null;
};

/** For the expectation row: one line that names what refused. */
export const refusalText = ({ reason, violations }: Refusal): string => {
  const ids = [...new Set(violations.map(({ ruleId }) => ruleId))];
  return ids.length === 0 ? reason : `${reason}: ${ids.join(', ')}`;
};
