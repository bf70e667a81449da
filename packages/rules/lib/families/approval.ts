import { folded, type Person } from '../directory.ts';
import { type Examples, exampleEvidence, type Patch, withFacts } from '../examples/envelope.ts';
import { showInstant } from '../instant.ts';
import { pointerTo, show } from '../pointer.ts';
import type { Policy } from '../policy.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';

/** All that an author proposes, but for kills, which wait for nobody. */
export const planned = ['created', 'updated', 'restored', 'archived'] as const;

type Approval = NonNullable<Subject['envelope']['change']['approvals']>[number];

const approvalsOf = ({ envelope }: Pick<Subject, 'envelope'>): readonly Approval[] => envelope.change.approvals ?? [];

export const approversOf = (subject: Pick<Subject, 'envelope'>): ReadonlySet<string> =>
  new Set(approvalsOf(subject).map(({ actor }) => folded(actor)));

const at = (index: number): string => pointerTo('change', 'approvals', index);

/** A finding for each approval of which `judge` has something to say. */
export const eachApproval = (
  subject: Pick<Subject, 'envelope' | 'spend'>,
  judge: (approval: Approval, index: number) => string | null,
  hint: string,
): readonly Finding[] =>
  approvalsOf(subject).flatMap((approval, index) => {
    subject.spend();
    const message = judge(approval, index);
    return message === null ? [] : broken(at(index), message, hint);
  });

const enough = onChange<'policy'>({
  id: 'FH-APPROVE-01',
  title: 'A change has the approvals that the environment asks for',
  rationale:
    'The four-eyes principle: PCI DSS 6.5.1 wants a change to production to have the documented approval of those entitled to give it.',
  appliesTo: planned,
  needs: ['policy'],
  check: (subject) => {
    const { approvalsRequired, approvalsOutsideSubmitter } = subject.facts.policy;
    const found = approversOf(subject).size;
    const ownKeys = new Set(
      approvalsOf(subject)
        .filter(({ submitter }) => submitter === undefined)
        .map(({ actor }) => folded(actor)),
    ).size;
    return [
      ...(found >= approvalsRequired
        ? fine
        : broken(
            '/change/approvals',
            `Approvals: ${found}; expected ${approvalsRequired} at least.`,
            'Ask somebody else to approve it.',
          )),
      ...(ownKeys >= approvalsOutsideSubmitter
        ? fine
        : broken(
            '/change/approvals',
            `Approvals that came through no trusted submitter: ${ownKeys}; expected ${approvalsOutsideSubmitter} at least.`,
            'Ask somebody to approve it under their own key.',
          )),
    ];
  },
  changed: { version: 2 },
});

const notOwn = onChange({
  id: 'FH-APPROVE-02',
  title: 'Nobody approves a change of their own',
  rationale: 'Separation of duties: an approval by the author is the author’s opinion twice.',
  appliesTo: planned,
  check: (subject) =>
    eachApproval(
      subject,
      ({ actor }) =>
        folded(actor) === folded(subject.envelope.change.actor)
          ? `${show(actor)} has made this change and approves it.`
          : null,
      'Have it approved by somebody else.',
    ),
});

const once = onChange({
  id: 'FH-APPROVE-03',
  title: 'Each person approves once',
  rationale: 'Two approvals by one person, once as Noor and once as noor, are two eyes.',
  appliesTo: planned,
  check: (subject) => {
    const seen = new Set<string>();
    return eachApproval(
      subject,
      ({ actor }) => {
        if (seen.has(folded(actor))) return `${show(actor)} has approved it already.`;
        seen.add(folded(actor));
        return null;
      },
      'Leave the second approval out.',
    );
  },
});

const ofThis = onChange<'proposalDigest' | 'missingApprovals'>({
  id: 'FH-APPROVE-04',
  title: 'An approval names the very change that it approves',
  rationale: 'An approval that names nothing is a signature on an empty sheet: it would pass another document as well.',
  appliesTo: planned,
  needs: ['proposalDigest', 'missingApprovals'],
  changed: { version: 2 },
  check: (subject) => {
    const { proposalDigest: wanted, missingApprovals } = subject.facts;
    const missing = missingApprovals.flatMap(({ actor, problem }) => {
      subject.spend();
      const hint = 'Have the change approved as it is now, or name nobody who has not.';
      return broken('/change/approvals', `The proposal names ${show(actor)}: ${problem}.`, hint);
    });
    const others = eachApproval(
      subject,
      ({ actor, proposalDigest }) => {
        if (proposalDigest === wanted) return null;
        const named = proposalDigest === undefined ? 'nothing' : `${proposalDigest.slice(0, 12)}…`;
        return `The approval by ${show(actor)} names ${named}; this change is ${wanted.slice(0, 12)}….`;
      },
      'Have the change approved as it is now; hoist validate --environment shows what an approval of it must name.',
    );
    return [...missing, ...others];
  },
});

const inTime = onChange<'policy'>({
  id: 'FH-APPROVE-05',
  title: 'An approval was given shortly before the change was accepted',
  rationale:
    'What was approved last month was approved for another state of the world; what is dated ahead proves nothing.',
  appliesTo: planned,
  needs: ['policy'],
  check: (subject) => {
    const { maxApprovalAgeHours: hours, maxClockSkewSeconds } = subject.facts.policy;
    const { accepted } = subject.envelope.at;
    return eachApproval(
      subject,
      (approval) => {
        const given = showInstant(approval.at);
        if (approval.at > accepted + maxClockSkewSeconds * 1_000)
          return `The approval is dated ${given}, after the acceptance.`;
        return approval.at < accepted - hours * 3_600_000
          ? `The approval is of ${given}; at most ${hours} hours may have passed.`
          : null;
      },
      'Have the same approved once more: that counts from then on. Then propose it under a new id.',
    );
  },
});

export const changeRules: readonly AnyRule[] = [enough, notOwn, once, ofThis, inTime];

const ACCEPTED = 1_760_000_000_250;

const HOUR = 3_600_000;

const noor: Person = { actor: 'noor', teams: ['payments'], roles: ['risk'], human: true, active: true };

export const approvedBy = (
  names: readonly string[],
  approvedAt = ACCEPTED - HOUR,
  proposalDigest = exampleEvidence.proposalDigest,
): Patch => ({
  change: {
    id: 'change-0002',
    actor: 'mia',
    authentication: 'arn:aws:iam::123456789012:role/author',
    reason: 'Show the new form in Germany and France.',
    approvals: names.map((actor) => ({ actor, at: approvedAt, proposalDigest })),
  },
});

export const asking = (policy: Partial<Policy>, person: Partial<Person> = {}): Patch =>
  withFacts({ people: [{ ...noor, ...person }], policy: { version: 1, ...policy } });

export const examples = (): Examples => ({
  'FH-APPROVE-01': {
    failing: { ...approvedBy(['noor']), ...asking({ approvalsRequired: 2 }) },
    passing: { ...approvedBy(['noor', 'ole']), ...asking({ approvalsRequired: 2 }) },
  },
  'FH-APPROVE-02': { failing: approvedBy(['noor', 'Mia']), passing: approvedBy(['noor', 'mio']) },
  'FH-APPROVE-03': { failing: approvedBy(['noor', 'Noor ']), passing: approvedBy(['noor', 'ole']) },
  'FH-APPROVE-04': {
    failing: approvedBy(['noor'], undefined, 'e'.repeat(64)),
    passing: approvedBy(['noor']),
  },
  'FH-APPROVE-05': {
    failing: approvedBy(['noor'], ACCEPTED - 169 * HOUR),
    passing: approvedBy(['noor'], ACCEPTED - 168 * HOUR),
  },
});
