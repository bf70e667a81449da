import { principalOf, samePrincipal } from '@flaghoist/core/principal';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import type { ListedPerson } from '@flaghoist/rules/directory';
import { RemediationRefusedError } from './errors.ts';
import type { Remedy } from './verdict.ts';

/** Whose word a plan needs: nobody's, or that of a person who may remediate and did not make it. */
export type Need = 'auto' | 'ask';

/** One change that asks is enough. What sends data again asks whatever the policy says. */
export const needOf = (policy: RemediationPolicy, remedies: readonly Remedy[]): Need =>
  remedies.every((remedy) => remedy !== 'sending' && policy[remedy] === 'auto') ? 'auto' : 'ask';

/** Who is known, as `fleet/` has it. */
export interface Known {
  readonly people: readonly ListedPerson[];
  /** Unique ids of roles that a service alone may take on: under these somebody plans who is nobody. */
  readonly workloads: readonly string[];
}

/** @param principal as AWS names who calls */
const personOf = (people: readonly ListedPerson[], principal: string): ListedPerson | undefined => {
  const own = principalOf(principal);
  return own === undefined
    ? undefined
    : people.find(({ active, principals }) => active && principals.some((each) => samePrincipal(each, own)));
};

/**
 * Whether it is known who made a plan: a listed person, or a workload that is nobody's. Of anybody else nobody can say whether he is who
 * approves it, under another role.
 *
 * @param principal as AWS names who called
 */
export const isKnownPlanner = ({ people, workloads }: Known, principal: string): boolean =>
  personOf(people, principal) !== undefined || workloads.includes(principalOf(principal)?.role ?? '');

export interface Approval {
  /** The digest that was read in the report, or as many of its first characters as `LEAST_DIGITS`. */
  readonly digest: string;
  readonly principal: string;
}

/** As many as nobody hits by chance. */
export const LEAST_DIGITS = 12;

/**
 * Who approves is who AWS says calls, as the directory has that person: with the scope `remediate`, a human, and another one than who
 * made the plan, of whom it must be known who that is. What is approved is the plan that has this digest.
 *
 * @returns the name that stands in the trail
 * @throws RemediationRefusedError
 */
export const approverOf = (
  { digest, principal }: Approval,
  { digest: planned, plannedBy }: { readonly digest: string; readonly plannedBy: string },
  known: Known,
): string => {
  const { people } = known;
  const person = personOf(people, principal);
  const reasons = [
    ...mayNotApprove(people, principal),
    ...(person !== undefined && person.actor === personOf(people, plannedBy)?.actor
      ? [`${person.actor} has made the plan, and cannot approve it`]
      : []),
    ...(isKnownPlanner(known, plannedBy) ? [] : [unknownPlanner(plannedBy)]),
    ...(digest.length >= LEAST_DIGITS && planned.startsWith(digest)
      ? []
      : [`--approve ${digest} is not the plan: that is ${planned.slice(0, LEAST_DIGITS)}…`]),
  ];
  if (person !== undefined && reasons.length === 0) return person.actor;
  if (!isKnownPlanner(known, plannedBy)) throw new RemediationRefusedError(reasons, PLAN_ANEW);
  throw new RemediationRefusedError(
    reasons,
    person === undefined
      ? BECOME_SOMEBODY
      : 'Let another person with that scope read the plan, and run hoist remediate with --apply and --approve and its digest.',
  );
};

/** As AWS and the file call the same. */
const BECOME_SOMEBODY =
  'A person of fleet/people.json has the two parts of what aws sts get-caller-identity --query UserId prints as role and session of one of the principals, and remediate among the scopes. Have the entry reviewed and merged, or let somebody who is listed approve.';

/** What helps where nobody can approve: no word makes such a plan good. */
export const PLAN_ANEW =
  'Let somebody who is listed plan anew, and another person approve that: aws sts get-caller-identity --query UserId prints the role and the session that one of the principals of a person in fleet/people.json has, and the role of a build goes into workloads of fleet/remediation.json.';

/** Why this one may approve nothing, whatever the plan. */
const mayNotApprove = (people: readonly ListedPerson[], principal: string): readonly string[] => {
  const own = principalOf(principal);
  const listed = people.find(
    ({ principals }) => own !== undefined && principals.some((each) => samePrincipal(each, own)),
  );
  if (listed === undefined) return [`${principal} is nobody in fleet/people.json`];
  const lacks = [
    ...(listed.active ? [] : ['is not active there']),
    ...(listed.human ? [] : ['is a machine, which approves nothing']),
    ...(listed.scopes?.includes('remediate') === true ? [] : ['lacks the scope remediate there']),
  ];
  return lacks.map((each) => `${listed.actor} of fleet/people.json (${principal}) ${each}`);
};

/** What there is to say of a plan that nobody can approve. */
export const unknownPlanner = (plannedBy: string): string =>
  `${plannedBy} has made the plan, and is neither a person of fleet/people.json nor a workload of fleet/remediation.json: whoever approves it could be the same person`;

/**
 * One good approval is enough, whatever lies beside it.
 *
 * @returns the name that stands in the trail
 * @throws RemediationRefusedError with what is wrong with each
 */
export const firstApprover = (
  approvals: readonly Approval[],
  planned: { readonly digest: string; readonly plannedBy: string },
  known: Known,
): string => {
  const reasons = isKnownPlanner(known, planned.plannedBy) ? [] : [unknownPlanner(planned.plannedBy)];
  const hint =
    reasons.length > 0 ? PLAN_ANEW : `A person with the scope remediate, who did not plan, approves ${planned.digest}.`;
  if (approvals.length === 0) reasons.push('nobody has approved the plan');
  for (const approval of approvals) {
    try {
      return approverOf(approval, planned, known);
    } catch (error) {
      if (!(error instanceof RemediationRefusedError)) throw error;
      reasons.push(...error.reasons);
    }
  }
  throw new RemediationRefusedError([...new Set(reasons)], hint);
};

/** Nobody has said a word of a plan that asks for one. */
export const unasked = (
  { digest, plannedBy }: { readonly digest: string; readonly plannedBy: string },
  known: Known,
): RemediationRefusedError => {
  const asks = 'the policy asks for a word before this is applied (fleet/remediation.json)';
  return isKnownPlanner(known, plannedBy)
    ? new RemediationRefusedError(
        [asks],
        `Another person with the scope remediate reads the plan, and runs the same with --approve ${digest}.`,
      )
    : new RemediationRefusedError([asks, unknownPlanner(plannedBy)], PLAN_ANEW);
};
