import type { Approval } from '@flaghoist/core/approval';
import { sameOrder } from '@flaghoist/core/order';
import type { ApprovalKey, FoundApproval, GivenApprovals } from '@flaghoist/core/ports/approval-store';
import { principalText } from '@flaghoist/core/principal';
import type { SignedProposal } from '@flaghoist/core/proposal';
import { type Directory, folded, type ListedPerson } from '@flaghoist/rules/directory';
import type { Facts } from '@flaghoist/rules/evidence';

type Given = NonNullable<SignedProposal['change']['approvals']>[number];

export interface FoundApprovals {
  readonly given: readonly Given[];
  /** Those that the proposal names and that count for nothing, each with why. */
  readonly missing: Facts['missingApprovals'];
}

interface Asked {
  readonly proposal: SignedProposal;
  /** `approvedDigestOf` the proposal. */
  readonly digest: string;
  readonly rulesVersion: number;
  readonly directory: Directory;
  readonly approvals: GivenApprovals;
  /** Epoch milliseconds. An approval of which home has not heard yet was given no later. */
  readonly now: number;
}

/**
 * The approvals that a proposal names, each read by the keys under which it may lie: those of the approver's principals, then
 * those of the submitters that may bring approvals. What the proposal itself says of them is not looked at.
 */
export const findApprovals = async (asked: Asked): Promise<FoundApprovals> => {
  const named = asked.proposal.kind === 'killed' ? [] : (asked.proposal.change.approvals ?? []);
  const found = await Promise.all(named.map(({ actor }) => findOne(actor, asked)));
  return {
    given: found.flatMap((each) => ('problem' in each ? [] : [each])),
    missing: found.flatMap((each) => ('problem' in each ? [each] : [])),
  };
};

type Missing = Facts['missingApprovals'][number];

const findOne = async (named: string, asked: Asked): Promise<Given | Missing> => {
  const { directory, approvals, digest, now } = asked;
  const person = directory.people.find(({ actor }) => folded(actor) === folded(named));
  if (person === undefined) return { actor: named, problem: 'the directory does not list them' };
  let problem = 'no approval of this change lies under a key of theirs';
  for (const { key, submitter } of placesFor(person, digest, directory)) {
    const found = await approvals.found(key);
    if (found === undefined) continue;
    const fault = faultOf(found, asked);
    if (fault === undefined) {
      const { principal } = key;
      const given = { actor: person.actor, at: found.at ?? now, proposalDigest: digest, principal };
      return submitter === undefined ? given : { ...given, submitter };
    }
    problem = fault;
  }
  return { actor: person.actor, problem };
};

interface Place {
  readonly key: ApprovalKey;
  readonly submitter?: string;
}

const placesFor = ({ actor, principals }: ListedPerson, proposalDigest: string, { submitters }: Directory): Place[] => [
  ...principals.map((principal) => ({ key: { principal: principalText(principal), proposalDigest } })),
  ...submitters
    .filter(({ submits }) => submits.includes('approval'))
    .flatMap(({ name, principals: keys }) =>
      keys.map((principal) => ({
        key: { principal: principalText(principal), proposalDigest, actor },
        submitter: name,
      })),
    ),
];

/** Why an approval that lies under the right key approves something else. */
const faultOf = ({ approval, usedBy }: FoundApproval, { proposal, rulesVersion }: Asked): string | undefined => {
  if (usedBy !== null) return `their approval has served the change ${usedBy}`;
  if (approval.rulesVersion !== rulesVersion) {
    return `they have approved it as judged by version ${approval.rulesVersion} of the rules; it is judged by version ${rulesVersion}`;
  }
  return isOf(approval, proposal) ? undefined : 'their approval names another flag, or another state of it';
};

const isOf = ({ flagKey, basedOn: seen }: Approval, { flagKey: asked, basedOn }: SignedProposal): boolean =>
  flagKey === asked && (seen === null || basedOn === null ? seen === basedOn : sameOrder(seen, basedOn));
