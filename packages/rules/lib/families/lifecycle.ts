import {
  archival,
  type Examples,
  exampleBefore,
  type Patch,
  withDocument,
  withFacts,
  withPolicy,
} from '../examples/envelope.ts';
import { daysBetween } from '../instant.ts';
import { said } from '../metadata.ts';
import { DIGIT, isNameOf, JOINT, LETTER, SLASH } from '../name-form.ts';
import { isBlank, trimmed } from '../plain-text.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { quoted } from './variants.ts';

export const at = (member: string): string => pointerTo('document', 'metadata', member);

const owner = onChange({
  id: 'FH-LIFE-01',
  title: 'A flag has an owner',
  rationale: 'Somebody must answer at night when it does harm, and by day when it should have been removed.',
  appliesTo: 'all',
  check: ({ envelope }) =>
    isBlank(envelope.owner)
      ? broken('/owner', `The owner is ${show(envelope.owner)}; expected a team.`, 'Name the team that owns the flag.')
      : fine,
});

const isTeamName = (name: string): boolean =>
  name.length <= 64 && isNameOf(name, LETTER | DIGIT, LETTER | DIGIT | JOINT | SLASH);

const ownerIsTeam = onChange({
  id: 'FH-LIFE-02',
  title: 'The owner is a team and not a person',
  rationale: 'People change teams and leave. A flag that is owned by an address is owned by nobody a year later.',
  after: ['FH-LIFE-01'],
  check: ({ envelope }) =>
    isTeamName(trimmed(envelope.owner))
      ? fine
      : broken(
          '/owner',
          `The owner is ${show(envelope.owner)}; expected the short name of a team: at most 64 letters, digits, dots, dashes or slashes.`,
          'Name a team, such as payments.',
        ),
});

const ownerIsKnown = onChange<'policy'>({
  id: 'FH-LIFE-03',
  title: 'The owner is a team that exists',
  rationale: 'After a reorganisation flags stay with teams that are gone, and their alarms go nowhere.',
  needs: ['policy'],
  after: ['FH-LIFE-02'],
  check: ({ envelope, facts: { policy } }) =>
    policy.teams.length === 0 || policy.teams.includes(envelope.owner)
      ? fine
      : broken(
          '/owner',
          `The owner is ${show(envelope.owner)}; the policy knows ${quoted(policy.teams)}.`,
          'Name one of these teams, or add the new one to the policy.',
        ),
});

const described = onChange<'policy'>({
  id: 'FH-LIFE-04',
  title: 'The metadata has what the environment asks for',
  rationale: 'What is not written down when a flag is made is not found out when it is to be removed.',
  needs: ['policy'],
  check: ({ metadata, facts: { policy } }) =>
    policy.requiredMetadata
      .filter((name) => String(said(metadata, name) ?? '').trim() === '')
      .map((name) => ({
        pointer: at(name),
        message: `The metadata has no ${show(name)}; this environment asks for it.`,
        hint: 'Add it to the document’s metadata.',
      })),
});

const noDependents = onChange<'dependents'>({
  id: 'FH-LIFE-12',
  title: 'A flag that others wait for is not archived',
  rationale: 'A flag whose prerequisite is gone is off for ever, and nobody has changed it.',
  appliesTo: ['archived'],
  needs: ['dependents'],
  check: ({ facts: { dependents } }) =>
    dependents.length === 0
      ? fine
      : broken(
          '/flagKey',
          `It is a prerequisite of ${quoted(dependents)}.`,
          'Take it out of their prerequisites first.',
        ),
});

const settled = onChange<'before' | 'current'>({
  id: 'FH-LIFE-13',
  title: 'A flag is archived once everybody gets the same',
  rationale:
    'Archiving hands every caller its own default. Where variants are still mixed, that is a release to all, without a step between.',
  severity: 'warning',
  appliesTo: ['archived'],
  needs: ['before', 'current'],
  check: ({ facts: { before, current } }) =>
    before === null || current?.flagState === 'killed' || before.reach.length <= 1
      ? fine
      : broken(
          '/kind',
          `Callers still get ${quoted(before.reach.map(({ variant }) => variant))}; expected one variant for all.`,
          'Serve one variant to everybody first, and archive when that has proved right.',
        ),
});

const stale = onChange<'before' | 'policy'>({
  id: 'FH-LIFE-14',
  title: 'A flag that has long been left alone is not taken up again unseen',
  rationale: 'After a year nobody knows which services still ask for it and what its other branch does by now.',
  severity: 'warning',
  appliesTo: ['updated', 'restored'],
  needs: ['before', 'policy'],
  check: ({ envelope, facts: { before, policy } }) => {
    if (before === null) return fine;
    const days = Math.floor(daysBetween(before.acceptedAt, envelope.at.accepted));
    if (days <= policy.staleAfterDays) return fine;
    return broken(
      '/at/accepted',
      `The last change was ${days} days ago; a flag is stale after ${policy.staleAfterDays}.`,
      'See which services still ask for it and test both branches, or archive it and begin a new one.',
    );
  },
});

export const changeRules: readonly AnyRule[] = [
  owner,
  ownerIsTeam,
  ownerIsKnown,
  described,
  noDependents,
  settled,
  stale,
];

/** Examples are accepted on 9 October 2025. */
export const metadata = (members: Record<string, unknown>): Patch => withDocument({ metadata: members });

const archivedWith = (facts: Parameters<typeof withFacts>[0]): Patch => ({
  ...archival,
  ...withFacts({ before: { ...exampleBefore, reach: [{ variant: 'on', percent: 100 }] }, ...facts }),
});

const changedLast = (daysAgo: number): Patch =>
  withFacts({ before: { ...exampleBefore, acceptedAt: 1_760_000_000_250 - daysAgo * 86_400_000 } });

export const examples = (): Examples => ({
  'FH-LIFE-01': { failing: { owner: ' ' }, passing: { owner: 'payments' } },
  'FH-LIFE-02': { failing: { owner: 'mia@example.com' }, passing: { owner: 'mias-team' } },
  'FH-LIFE-03': {
    failing: withPolicy({ teams: ['cards', 'ledger'] }),
    passing: withPolicy({ teams: ['cards', 'payments'] }),
  },
  'FH-LIFE-04': {
    failing: { ...metadata({}), ...withPolicy({ requiredMetadata: ['purpose'] }) },
    passing: { ...metadata({ purpose: 'New form' }), ...withPolicy({ requiredMetadata: ['purpose'] }) },
  },
  'FH-LIFE-12': { failing: archivedWith({ dependents: ['checkout.v3'] }), passing: archivedWith({ dependents: [] }) },
  'FH-LIFE-13': {
    failing: archivedWith({ before: { ...exampleBefore } }),
    passing: archivedWith({ before: { ...exampleBefore, reach: [{ variant: 'off', percent: 100 }] } }),
  },
  'FH-LIFE-14': { failing: changedLast(366), passing: changedLast(365) },
});
