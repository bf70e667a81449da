import { principalOf, samePrincipal } from '@flaghoist/core/principal';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import type { ListedPerson } from '@flaghoist/rules/directory';
import { RemediationRefusedError } from './errors.ts';
import type { Remedy } from './verdict.ts';

/** Whose word a plan needs: nobody's, or that of a person who may remediate and did not make it. */
export type Need = 'auto' | 'ask';

/** One change that asks is enough. */
export const needOf = (policy: RemediationPolicy, remedies: readonly Remedy[]): Need =>
  remedies.every((remedy) => policy[remedy] === 'auto') ? 'auto' : 'ask';

/** @param principal as AWS names who calls */
const personOf = (people: readonly ListedPerson[], principal: string): ListedPerson | undefined => {
  const own = principalOf(principal);
  return own === undefined
    ? undefined
    : people.find(({ active, principals }) => active && principals.some((each) => samePrincipal(each, own)));
};

export interface Approval {
  /** The digest that was read in the report, or as many of its first characters as `LEAST_DIGITS`. */
  readonly digest: string;
  readonly principal: string;
}

/** As many as nobody hits by chance. */
export const LEAST_DIGITS = 12;

/**
 * Who approves is who AWS says calls, as the directory has that person: with the scope `remediate`, a human, and another one than who
 * made the plan. What is approved is the plan that has this digest.
 *
 * @returns the name that stands in the trail
 * @throws RemediationRefusedError
 */
export const approverOf = (
  { digest, principal }: Approval,
  { digest: planned, plannedBy }: { readonly digest: string; readonly plannedBy: string },
  people: readonly ListedPerson[],
): string => {
  const person = personOf(people, principal);
  const reasons = [
    ...(person?.human === true && person.scopes?.includes('remediate') === true
      ? []
      : [`${principal} is nobody in fleet/people.json who may approve: that takes a person with the scope remediate`]),
    ...(person !== undefined && person.actor === personOf(people, plannedBy)?.actor
      ? [`${person.actor} has made the plan, and cannot approve it`]
      : []),
    ...(digest.length >= LEAST_DIGITS && planned.startsWith(digest)
      ? []
      : [`--approve ${digest} is not the plan: that is ${planned.slice(0, LEAST_DIGITS)}…`]),
  ];
  if (person !== undefined && reasons.length === 0) return person.actor;
  throw new RemediationRefusedError(
    reasons,
    'Let another person with that scope read the plan, and run hoist remediate with --apply and --approve and its digest.',
  );
};

/**
 * One good approval is enough, whatever lies beside it.
 *
 * @returns the name that stands in the trail
 * @throws RemediationRefusedError with what is wrong with each
 */
export const firstApprover = (
  approvals: readonly Approval[],
  planned: { readonly digest: string; readonly plannedBy: string },
  people: readonly ListedPerson[],
): string => {
  const reasons: string[] = [];
  for (const approval of approvals) {
    try {
      return approverOf(approval, planned, people);
    } catch (error) {
      if (!(error instanceof RemediationRefusedError)) throw error;
      reasons.push(...error.reasons);
    }
  }
  throw new RemediationRefusedError(
    reasons.length > 0 ? reasons : ['nobody has approved the plan'],
    `A person with the scope remediate, who did not plan, approves ${planned.digest}.`,
  );
};
