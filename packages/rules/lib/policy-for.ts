import { readInstant } from './instant.ts';
import type { Policy } from './policy.ts';
import type { Freeze } from './process-policy.ts';

/** The parts of a change that decide which parameters concern it. */
export interface Concern {
  /** When it is accepted, in epoch milliseconds. */
  readonly accepted: number;
  readonly owner: string;
  readonly ticket?: string | undefined;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * A policy without the freezes, and without the exceptions from them, that cannot matter to a change accepted now: it
 * travels with every message, and freezes gather over the years. All rules say the same of a change by either.
 */
export const policyFor = (policy: Policy, concern: Concern): Policy => {
  // A rule looks as far ahead as a document may schedule something, and refuses what lies beyond.
  const aheadMs = Math.max(policy.freezeLeadMinutes * MINUTE_MS, (policy.maxScheduleDays + 1) * DAY_MS);
  const matters = ({ from, to, owners }: Freeze): boolean =>
    (readInstant(to) ?? 0) > concern.accepted &&
    (readInstant(from) ?? Number.POSITIVE_INFINITY) <= concern.accepted + aheadMs &&
    (owners.length === 0 || owners.includes(concern.owner));
  const freezes = policy.freezes.filter(matters).map((freeze) => ({
    ...freeze,
    owners: freeze.owners.length === 0 ? [] : [concern.owner],
    exceptions: freeze.exceptions.filter(({ ticket }) => ticket === concern.ticket),
  }));
  return { ...policy, freezes };
};
