import type { Clock } from '@flaghoist/core/ports/clock';
import { parseAllowList } from '@flaghoist/parity/allow-list/allow-list';
import { compareEnvironments, type PlannedEnvironment } from '@flaghoist/parity/compare-environments';
import { createReport } from '@flaghoist/parity/report/report';
import { readSources } from '@flaghoist/parity/sources/read-sources';

/** @param planned { environment, planText, lockText } of each environment, in their order */
export const prove = async (
  planned: readonly PlannedEnvironment[],
  stackDirectory: string,
  list: string,
  clock: Pick<Clock, 'now'>,
) => {
  const sources = await readSources(stackDirectory);
  const compared = compareEnvironments(planned, { sources });
  const allowList = parseAllowList(list, 'parity.yaml');
  const report = createReport(compared, { stack: 'application', allowList, plannedBy: 'hoist', clock });
  return report.parity; // no violation, and no entry of the list that must be looked at
};
