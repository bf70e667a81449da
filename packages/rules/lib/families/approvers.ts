import { folded, type Person } from '../directory.ts';
import { type Examples, after as evidenceAfter, type Patch, withDocument } from '../examples/envelope.ts';
import { valueKindOf } from '../money/values.ts';
import { show } from '../pointer.ts';
import type { Policy } from '../policy.ts';
import { type AnyRule, broken, fine, onChange, type Subject } from '../rule.ts';
import { approvedBy, approversOf, asking, eachApproval, planned } from './approval.ts';
import { quoted } from './variants.ts';

const inDirectory = (people: readonly Person[], actor: string): Person | undefined =>
  people.find((person) => folded(person.actor) === folded(actor));

/** The approvers that the directory knows. */
const knownApprovers = (subject: Subject<'people'>): readonly Person[] =>
  [...approversOf(subject)].flatMap((actor) => inDirectory(subject.facts.people, actor) ?? []);

/** Whether somebody of a team has approved the change, or made it. */
const isBehind = (team: string, subject: Subject<'people'>): boolean =>
  [...knownApprovers(subject), inDirectory(subject.facts.people, subject.envelope.change.actor)].some((person) =>
    person?.teams.includes(team),
  );

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
    const { owner } = subject.envelope;
    if (!subject.facts.policy.ownerTeamApproves || isBehind(owner, subject)) return fine;
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
    const { owner } = subject.envelope;
    const { before, policy } = subject.facts;
    if (!policy.newOwnerApproves || before === null || before.owner === owner || isBehind(owner, subject)) return fine;
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
  appliesTo: ['created', 'restored'],
  needs: ['current', 'policy'],
  after: ['FH-APPROVE-01'],
  changed: { version: 2 },
  check: (subject) => {
    const { current } = subject.facts;
    // To archive it in between lifts no kill.
    if (current?.flagState !== 'killed' && current?.killedBefore !== true) return fine;
    const found = approversOf(subject).size;
    const wanted = subject.facts.policy.approvalsToRestore;
    if (found >= wanted) return fine;
    return broken(
      '/change/approvals',
      `The flag is killed. Approvals of its restore: ${found}; expected ${wanted} at least.`,
      'Ask somebody who knows why it was killed.',
    );
  },
});

/** Who may approve what. */
export const changeRules: readonly AnyRule[] = [byPeople, byStaff, byRole, byOwner, byNewOwner, ofValues, toRestore];

const byNoor = (policy: Partial<Policy>, person: Partial<Person> = {}): Patch => ({
  ...approvedBy(['noor']),
  ...asking(policy, person),
});

const restoring = (names: readonly string[]): Patch => ({
  kind: 'restored',
  ...approvedBy(names),
  evidence: { ...evidenceAfter('killed').evidence, policy: { version: 1, approvalsToRestore: 1 } },
});

const fees: Patch = withDocument({
  variants: { on: '1.50', off: '1.00' },
  metadata: { valueKind: 'fee', unit: 'EUR' },
});

export const examples = (): Examples => ({
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
