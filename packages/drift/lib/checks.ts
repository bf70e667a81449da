import type { TwoPlans } from './looked.ts';
import { type Concern, type Level, severityOfConcern } from './severity.ts';

/** A check block of the configuration that does not hold. */
export interface FailedCheck {
  readonly address: string;
  /** What the block says of it. */
  readonly problems: readonly string[];
  readonly concern: Concern;
  readonly severity: Level;
}

/** What a condition of a resource, an input or an output finds ends the plan, and is told by it. */
const CHECK = 'check';
const FAILED = new Set(['fail', 'error']);

/** Check blocks that fail in what was read, or in what is planned. They change nothing, so no plan shows them otherwise. */
export const failedChecks = ({ refresh, normal }: TwoPlans): readonly FailedCheck[] => {
  const failed = [refresh, normal]
    .flatMap(({ checks = [] }) => checks)
    .filter(({ address, status }) => address.kind === CHECK && FAILED.has(status));
  const { concern, level: severity } = severityOfConcern('check');
  return [...Map.groupBy(failed, ({ address }) => address.to_display)]
    .map(([address, same]) => ({
      address,
      problems: [
        ...new Set(
          same.flatMap(({ instances }) => instances.flatMap((each) => each.problems.map(({ message }) => message))),
        ),
      ],
      concern,
      severity,
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
};
