import { principalOf } from '@flaghoist/core/principal';
import { type Examples, type Patch, withChange, withFacts, withPolicy } from '../examples/envelope.ts';
import { isBlank, lowered, trimmed } from '../plain-text.ts';
import { show } from '../pointer.ts';
import type { Policy } from '../policy.ts';
import type { WriterFact } from '../process-facts.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { quoted } from './variants.ts';

const actor = onChange({
  id: 'FH-RECORD-01',
  title: 'A change names who made it',
  rationale:
    'PCI DSS 10.2 wants the log to name the user behind each action; of a change to production it is the first question.',
  appliesTo: 'all',
  check: ({ envelope: { change } }) =>
    isBlank(change.actor)
      ? broken(
          '/change/actor',
          `The actor is ${show(change.actor)}; expected a name.`,
          'Sign in, so that the change carries your name.',
        )
      : fine,
});

const reason = onChange({
  id: 'FH-RECORD-02',
  title: 'A change says why',
  rationale: 'Whoever is called at night reads this line first.',
  appliesTo: 'all',
  check: ({ envelope: { change } }) =>
    isBlank(change.reason)
      ? broken(
          '/change/reason',
          `The reason is ${show(change.reason)}; expected a sentence.`,
          'Say in a sentence what the change is for.',
        )
      : fine,
});

const clock = onChange<'policy'>({
  id: 'FH-RECORD-03',
  title: 'A change was proposed shortly before it was accepted',
  rationale:
    'A wrong clock makes an audit trail worthless, and a proposal from last week was approved for another situation.',
  appliesTo: 'all',
  needs: ['policy'],
  check: ({ envelope: { at }, facts: { policy } }) => {
    const ageSeconds = (at.accepted - at.proposed) / 1000;
    if (ageSeconds >= -policy.maxClockSkewSeconds && ageSeconds <= policy.maxProposalAgeSeconds) return fine;
    return broken(
      '/at/proposed',
      ageSeconds < 0
        ? `By its clock it was proposed ${-ageSeconds} s after its acceptance; clocks may differ by ${policy.maxClockSkewSeconds} s.`
        : `It was proposed ${ageSeconds} s before its acceptance; at most ${policy.maxProposalAgeSeconds} s are allowed.`,
      'Set the clock of the machine you propose from if it is wrong, and propose again.',
    );
  },
});

/** All that an author proposes, but for kills: a rescue is never refused for paperwork. */
const planned = ['created', 'updated', 'restored', 'archived'] as const;

const placeholders =
  /^(?:tests?|testing|fix|fixed|wip|tmp|temp|asdf|qwerty|foo|bar|xxx+|todo|tbd|n\/?a|none|no|update|change|stuff|misc|\?+|\.+|-+)[.!]?$/i;

/** No placeholder has two words. */
const isPlaceholder = (reason: string): boolean => !reason.includes(' ') && placeholders.test(reason);

const meaningful = onChange({
  id: 'FH-RECORD-04',
  title: 'The reason is more than a placeholder',
  rationale: 'An auditor who draws “wip” as a sample finds the control wanting, not only the change.',
  severity: 'warning',
  appliesTo: planned,
  after: ['FH-RECORD-02'],
  check: ({ envelope: { change } }) =>
    isPlaceholder(trimmed(change.reason))
      ? broken(
          '/change/reason',
          `The reason is ${show(change.reason)}; expected what the change is for.`,
          'Say in a sentence what the change is for, and for whom.',
        )
      : fine,
});

const ticketed = onChange<'policy'>({
  id: 'FH-RECORD-05',
  title: 'A change names its ticket where the environment asks for one',
  rationale:
    'The ticket leads from the change to its reason, its test and its approval: PCI DSS 6.5.1 asks for all three.',
  appliesTo: planned,
  needs: ['policy'],
  check: ({ envelope: { kind, change }, facts: { policy } }) => {
    const wanted: readonly string[] = policy.ticketRequiredFor;
    if (wanted.length === 0 || !wanted.includes(kind) || !isBlank(change.ticket ?? '')) return fine;
    return broken(
      '/change/ticket',
      `The change is ${kind} and has no ticket.`,
      'Name the ticket that the change belongs to.',
    );
  },
});

const ticketForm = onChange<'policy'>({
  id: 'FH-RECORD-06',
  title: 'A ticket is one that can be found',
  rationale: '“see mail” leads nowhere two years later. Where the policy lists projects, the ticket belongs to one.',
  appliesTo: planned,
  needs: ['policy'],
  about: 'ticket',
  check: ({ envelope: { change }, facts: { policy } }) => {
    if (change.ticket === undefined) return fine;
    const ticket = change.ticket.trim();
    const known =
      policy.ticketPrefixes.length === 0 || policy.ticketPrefixes.some((prefix) => ticket.startsWith(prefix));
    if (ticket === '' || (known && /^[A-Za-z0-9#][A-Za-z0-9#/_-]{0,63}$/.test(ticket) && /\d/.test(ticket)))
      return fine;
    return broken(
      '/change/ticket',
      `The ticket is ${show(ticket)}; expected one number of a ticket${known ? '' : `, beginning with ${quoted(policy.ticketPrefixes)}`}.`,
      'Give the number alone, such as PAY-1234.',
    );
  },
});

/** Parameters by which a policy asks that somebody in particular has made or approved a change. */
const asksForPeople = (policy: Policy): boolean =>
  policy.approvalsRequired > 0 ||
  policy.approvalsOutsideSubmitter > 0 ||
  policy.approvalsToRestore > 0 ||
  policy.approverRoles.length > 0 ||
  policy.valueApproverRoles.length > 0 ||
  policy.ownerTeamApproves ||
  policy.newOwnerApproves ||
  policy.actorOfOwnerTeam ||
  policy.serviceOwnersApprove;

const known = onChange<'policy' | 'writer'>({
  id: 'FH-RECORD-07',
  title: 'Whoever wrote a proposal is somebody whom the directory lists',
  rationale:
    'The key of a proposal proves a role and a session. Only the directory says which person that is, and only a person can be asked.',
  appliesTo: planned,
  needs: ['policy', 'writer'],
  changed: { version: 2 },
  check: ({ envelope: { change }, facts: { policy, writer } }) => {
    const { by, principal, submitter, listed = true, active = true } = writer;
    if (by === 'unknown') {
      return broken(
        '/change/author',
        `It was written under ${show(principal)}; no person and no submitter of the directory has this principal.`,
        missingLine(principal),
      );
    }
    if (by === 'local') {
      if (!asksForPeople(policy)) return fine;
      return broken(
        '/change/author',
        `It was written under ${show(principal)}, where nobody has checked a name; this policy asks who approves and makes changes.`,
        'Propose it where people sign in, or judge this environment by a policy that asks for no approvals.',
      );
    }
    if (!listed) {
      return broken(
        '/change/actor',
        `${show(submitter ?? principal)} brings it in the name of ${show(change.actor)}, whom the directory does not list.`,
        'Add the person to fleet/people.json, or have the submitter state a name that is there.',
      );
    }
    if (active) return fine;
    return broken(
      '/change/actor',
      `The account of ${show(change.actor)} is closed.`,
      'Propose it in your own name, and see how the account could be used.',
    );
  },
});

/** The line that fleet/people.json lacks. */
const missingLine = (principal: string): string => {
  const { role, session } = principalOf(principal) ?? {};
  return role === undefined
    ? 'Sign in to the role for authors: only a session of a role can be listed in fleet/people.json.'
    : `Add { "role": ${JSON.stringify(role)}, "session": ${JSON.stringify(session)} } to the principals of its person in fleet/people.json.`;
};

/** `root` of `pipelines/root@example.com`. */
const accountOf = (actor: string): string => {
  const end = actor.indexOf('@');
  const name = end < 0 ? actor : actor.slice(0, end);
  return name.slice(name.lastIndexOf('/') + 1);
};

const oneOf = (names: readonly string[], actor: string): boolean => names.includes(accountOf(lowered(trimmed(actor))));

/** The last letter alone tells nearly always. */
const isRootOf = (authentication: string): boolean =>
  authentication.charCodeAt(authentication.length - 1) === 0x74 && authentication.endsWith(':root');

const notShared = onChange<'policy'>({
  id: 'FH-RECORD-08',
  title: 'The actor is not an account that several people use',
  rationale:
    'PCI DSS 8.2.2 allows shared accounts as an exception only: behind root or admin stands nobody who can be asked.',
  appliesTo: planned,
  needs: ['policy'],
  after: ['FH-RECORD-01'],
  check: ({ envelope: { change }, facts: { policy } }) =>
    oneOf(policy.sharedActors, change.actor) || isRootOf(change.authentication)
      ? broken(
          '/change/actor',
          `The actor is ${show(change.actor)}, authenticated as ${show(change.authentication)}; expected one person or one pipeline.`,
          'Sign in with an account of your own.',
        )
      : fine,
});

/** 1 to 128 characters of printable ASCII, without blanks around them. */
const isAccountName = (name: string): boolean => {
  if (name === '' || name.length > 128 || name.startsWith(' ') || name.endsWith(' ')) return false;
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
};

const nameForm = onChange({
  id: 'FH-RECORD-09',
  title: 'The actor is written in the one way in which names are compared',
  rationale:
    'Whether author and approver are two people is decided by their names: “mia”, “mia ” and a mia with a Cyrillic а must not be three.',
  appliesTo: planned,
  after: ['FH-RECORD-01'],
  check: ({ envelope: { change } }) =>
    isAccountName(change.actor)
      ? fine
      : broken(
          '/change/actor',
          `The actor is ${show(change.actor)}; expected at most 128 characters of ASCII without spaces around them.`,
          'Use the name of the account, not the name of the person.',
        ),
});

const ownName = onChange<'writer'>({
  id: 'FH-RECORD-10',
  title: 'A change is made in the name of the one who wrote it',
  rationale:
    'What somebody says of himself is a claim. Only a program that the directory trusts with this kind of change may speak for others.',
  appliesTo: planned,
  needs: ['writer'],
  changed: { version: 2 },
  check: ({ envelope: { change, kind }, facts: { writer } }) => [
    ...(writer.claims === undefined
      ? fine
      : broken(
          '/change/actor',
          `It names ${show(writer.claims)} as its actor; it was written by ${show(change.actor)}.`,
          'Propose the change in your own name, or name nobody.',
        )),
    ...(writer.maySubmit !== false
      ? fine
      : broken(
          '/change/author',
          `${show(writer.submitter)} may not bring changes of kind ${kind} in somebody’s name.`,
          'Propose it under your own key, or have the kind added to the submitter in fleet/people.json.',
        )),
  ],
});

export const changeRules: readonly AnyRule[] = [
  actor,
  reason,
  clock,
  meaningful,
  ticketed,
  ticketForm,
  known,
  notShared,
  nameForm,
  ownName,
];

const proposedAt = (proposed: number): Patch => ({ at: { proposed, accepted: 1_760_000_000_000 } });

const writtenBy = (writer: WriterFact): Patch => withFacts({ writer });

const principal = 'AROAPRDAUTHOREXAMPLE3:mia';

export const examples = (): Examples => ({
  'FH-RECORD-01': { failing: withChange({ actor: ' ' }), passing: withChange({ actor: 'm' }) },
  'FH-RECORD-02': { failing: withChange({ reason: '\n' }), passing: withChange({ reason: 'Why not.' }) },
  'FH-RECORD-03': { failing: proposedAt(1_760_000_301_000), passing: proposedAt(1_760_000_300_000) },
  'FH-RECORD-04': { failing: withChange({ reason: 'wip' }), passing: withChange({ reason: 'wip for PAY-12' }) },
  'FH-RECORD-05': {
    failing: withPolicy({ ticketRequiredFor: ['created', 'updated'] }),
    passing: withPolicy({ ticketRequiredFor: ['created', 'archived'] }),
  },
  'FH-RECORD-06': { failing: withChange({ ticket: 'see mail' }), passing: withChange({ ticket: 'PAY-12' }) },
  'FH-RECORD-07': {
    failing: writtenBy({ by: 'unknown', principal: 'AROAPRDAUTHOREXAMPLE3:Mia' }),
    passing: writtenBy({ by: 'person', principal }),
  },
  'FH-RECORD-08': {
    failing: withChange({ actor: 'admin@example.com' }),
    passing: withChange({ actor: 'admina@example.com' }),
  },
  'FH-RECORD-09': { failing: withChange({ actor: 'mi\u0430' }), passing: withChange({ actor: 'mia' }) },
  'FH-RECORD-10': {
    failing: writtenBy({ by: 'person', principal, claims: 'noor' }),
    passing: writtenBy({ by: 'person', principal }),
  },
});
