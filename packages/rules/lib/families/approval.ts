import { folded, type Person } from '../directory.ts';
import {
  type Examples,
  after as evidenceAfter,
  exampleEvidence,
  type Patch,
  withDocument,
  withFacts,
} from '../examples/envelope.ts';
import { showInstant } from '../instant.ts';
import { valueKindOf } from '../money/values.ts';
import { pointerTo, show } from '../pointer.ts';
import type { Policy } from '../policy.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { quoted } from './variants.ts';

/** All that an author proposes, but for kills, which wait for nobody. */
const planned = ['created', 'updated', 'restored', 'archived'] as const;

type Approval = NonNullable<Subject['envelope']['change']['approvals']>[number];

const approvalsOf = ({ envelope }: Pick<Subject, 'envelope'>): readonly Approval[] => envelope.change.approvals ?? [];

const approversOf = (subject: Pick<Subject, 'envelope'>): ReadonlySet<string> =>
  new Set(approvalsOf(subject).map(({ actor }) => folded(actor)));

const inDirectory = (people: readonly Person[], actor: string): Person | undefined =>
  people.find((person) => folded(person.actor) === folded(actor));

/** The approvers that the directory knows. */
const knownApprovers = (subject: Subject<'people'>): readonly Person[] =>
  [...approversOf(subject)].flatMap((actor) => inDirectory(subject.facts.people, actor) ?? []);

const at = (index: number): string => pointerTo('change', 'approvals', index);

/** A finding for each approval of which `judge` has something to say. */
const eachApproval = (
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
    const found = approversOf(subject).size;
    const wanted = subject.facts.policy.approvalsRequired;
    if (found >= wanted) return fine;
    return broken(
      '/change/approvals',
      `It has ${found} approvals; expected ${wanted} at least.`,
      'Ask somebody else to approve it.',
    );
  },
});

const notOwn = onChange({
  id: 'FH-APPROVE-02',
  title: 'Nobody approves a change of his own',
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

const ofThis = onChange<'proposalDigest'>({
  id: 'FH-APPROVE-04',
  title: 'An approval names the very change that it approves',
  rationale: 'An approval that names nothing is a signature on an empty sheet: it would pass another document as well.',
  appliesTo: planned,
  needs: ['proposalDigest'],
  check: (subject) => {
    const { proposalDigest: wanted } = subject.facts;
    return eachApproval(
      subject,
      ({ actor, proposalDigest }) => {
        if (proposalDigest === wanted) return null;
        const named = proposalDigest === undefined ? 'nothing' : `${proposalDigest.slice(0, 12)}…`;
        return `The approval by ${show(actor)} names ${named}; this change is ${wanted.slice(0, 12)}….`;
      },
      'Have the change approved as it is now; hoist validate --environment shows what an approval of it must name.',
    );
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
      'Have it approved again.',
    );
  },
});

const byPeople = onChange<'people'>({
  id: 'FH-APPROVE-06',
  title: 'Approvals are given by people',
  rationale: 'A pipeline that approves what it proposes has turned the four-eyes principle into a configuration file.',
  appliesTo: planned,
  needs: ['people'],
  check: (subject) =>
    eachApproval(
      subject,
      ({ actor }) =>
        inDirectory(subject.facts.people, actor)?.human === false
          ? `${show(actor)} is a machine; expected a person.`
          : null,
      'Have it approved by a person.',
    ),
});

const byStaff = onChange<'people'>({
  id: 'FH-APPROVE-07',
  title: 'Those who approve are still with the company',
  rationale: 'Accounts of people who have left are the first that are misused, and nobody answers for their approvals.',
  appliesTo: planned,
  needs: ['people'],
  check: (subject) =>
    eachApproval(
      subject,
      ({ actor }) =>
        inDirectory(subject.facts.people, actor)?.active === false ? `The account of ${show(actor)} is closed.` : null,
      'Have it approved by somebody who is there, and see how the account could be used.',
    ),
});

const byRole = onChange<'people' | 'policy'>({
  id: 'FH-APPROVE-08',
  title: 'Those who approve are entitled to',
  rationale: 'An approval by somebody without the duty to look is a formality.',
  appliesTo: planned,
  needs: ['people', 'policy'],
  check: (subject) => {
    const { people, policy } = subject.facts;
    if (policy.approverRoles.length === 0) return fine;
    return eachApproval(
      subject,
      ({ actor }) =>
        inDirectory(people, actor)?.roles.some((role) => policy.approverRoles.includes(role))
          ? null
          : `${show(actor)} has none of the roles ${quoted(policy.approverRoles)}.`,
      'Have it approved by somebody with one of these roles.',
    );
  },
});

const byOwner = onChange<'people' | 'policy'>({
  id: 'FH-APPROVE-09',
  title: 'Where the policy says so, the owning team has approved, or made, the change',
  rationale: 'Who is called at night should not learn of the change from the pager.',
  appliesTo: planned,
  needs: ['people', 'policy'],
  check: (subject) => {
    const { change, owner } = subject.envelope;
    const { people, policy } = subject.facts;
    if (!policy.ownerTeamApproves) return fine;
    const concerned = [...knownApprovers(subject), inDirectory(people, change.actor)];
    if (concerned.some((person) => person?.teams.includes(owner))) return fine;
    return broken(
      '/change/approvals',
      `Nobody of ${show(owner)} has approved or made it.`,
      `Ask somebody of ${owner} to approve it.`,
    );
  },
});

const byNewOwner = onChange<'before' | 'people' | 'policy'>({
  id: 'FH-APPROVE-10',
  title: 'Where the policy says so, a new owner has agreed to own the flag',
  rationale: 'A flag is given away by saying so; it is taken over by agreeing. In between it has no owner.',
  appliesTo: ['updated', 'restored'],
  needs: ['before', 'people', 'policy'],
  check: (subject) => {
    const { owner, change } = subject.envelope;
    const { before, people, policy } = subject.facts;
    if (!policy.newOwnerApproves || before === null || before.owner === owner) return fine;
    const concerned = [...knownApprovers(subject), inDirectory(people, change.actor)];
    if (concerned.some((person) => person?.teams.includes(owner))) return fine;
    return broken(
      '/owner',
      `The flag goes from ${show(before.owner)} to ${show(owner)}, where nobody has approved it.`,
      `Ask somebody of ${owner} to approve it.`,
    );
  },
});

const ofValues = onChange<'people' | 'policy'>({
  id: 'FH-APPROVE-11',
  title: 'Values for money and compliance are approved by those whom the policy names',
  rationale: 'A fee or a limit is a decision of the business: the team that runs the service may not take it alone.',
  needs: ['people', 'policy'],
  check: (subject) => {
    const roles = subject.facts.policy.valueApproverRoles;
    if (roles.length === 0 || valueKindOf(subject.document) === undefined) return fine;
    if (knownApprovers(subject).some((person) => person.roles.some((role) => roles.includes(role)))) return fine;
    return broken(
      '/change/approvals',
      `The flag carries values of kind ${show(valueKindOf(subject.document))}; nobody with one of the roles ${quoted(roles)} has approved it.`,
      'Ask somebody with one of these roles to approve it.',
    );
  },
});

const toRestore = onChange<'current' | 'policy'>({
  id: 'FH-APPROVE-12',
  title: 'Lifting a kill has the approvals that it needs',
  rationale:
    'Whoever switched it off had a reason. Switching it on again is the riskiest change of the day, and rarely as urgent.',
  appliesTo: ['restored'],
  needs: ['current', 'policy'],
  after: ['FH-APPROVE-01'],
  check: (subject) => {
    if (subject.facts.current?.flagState !== 'killed') return fine;
    const found = approversOf(subject).size;
    const wanted = subject.facts.policy.approvalsToRestore;
    if (found >= wanted) return fine;
    return broken(
      '/change/approvals',
      `The flag is killed, and its restore has ${found} approvals; expected ${wanted}.`,
      'Ask somebody who knows why it was killed.',
    );
  },
});

export const approvalRules: readonly AnyRule[] = [
  enough,
  notOwn,
  once,
  ofThis,
  inTime,
  byPeople,
  byStaff,
  byRole,
  byOwner,
  byNewOwner,
  ofValues,
  toRestore,
];

const ACCEPTED = 1_760_000_000_250;
const HOUR = 3_600_000;

const noor: Person = { actor: 'noor', teams: ['payments'], roles: ['risk'], human: true, active: true };

const approvedBy = (
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

const asking = (policy: Partial<Policy>, person: Partial<Person> = {}): Patch =>
  withFacts({ people: [{ ...noor, ...person }], policy: { version: 1, ...policy } });

const byNoor = (policy: Partial<Policy>, person: Partial<Person> = {}): Patch => ({
  ...approvedBy(['noor']),
  ...asking(policy, person),
});

const fees: Patch = withDocument({
  variants: { on: '1.50', off: '1.00' },
  metadata: { valueKind: 'fee', unit: 'EUR' },
});

const restoring = (names: readonly string[]): Patch => ({
  kind: 'restored',
  ...approvedBy(names),
  evidence: { ...evidenceAfter('killed').evidence, policy: { version: 1, approvalsToRestore: 1 } },
});

export const approvalExamples = (): Examples => ({
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
  'FH-APPROVE-06': { failing: byNoor({}, { human: false }), passing: byNoor({}) },
  'FH-APPROVE-07': { failing: byNoor({}, { active: false }), passing: byNoor({}) },
  'FH-APPROVE-08': {
    failing: byNoor({ approverRoles: ['change-manager'] }),
    passing: byNoor({ approverRoles: ['change-manager', 'risk'] }),
  },
  'FH-APPROVE-09': {
    failing: byNoor({ ownerTeamApproves: true }, { teams: ['cards'] }),
    passing: byNoor({ ownerTeamApproves: true }, { teams: ['cards', 'payments'] }),
  },
  'FH-APPROVE-10': {
    failing: { ...byNoor({ newOwnerApproves: true }), owner: 'cards' },
    passing: { ...byNoor({ newOwnerApproves: true }, { teams: ['cards'] }), owner: 'cards' },
  },
  'FH-APPROVE-11': {
    failing: { ...fees, ...byNoor({ valueApproverRoles: ['risk'] }, { roles: ['developer'] }) },
    passing: { ...fees, ...byNoor({ valueApproverRoles: ['risk'] }) },
  },
  'FH-APPROVE-12': { failing: restoring([]), passing: restoring(['noor']) },
});
