import {
  archival,
  type Examples,
  exampleBefore,
  type Patch,
  withDocument,
  withFacts,
  withPolicy,
} from '../examples/envelope.ts';
import { daysBetween, readInstant } from '../instant.ts';
import { metadataOf, metadataText, permanentTypes, temporaryTypes } from '../metadata.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { quoted } from './variants.ts';

const at = (member: string): string => pointerTo('document', 'metadata', member);

const owner = onChange({
  id: 'FH-LIFE-01',
  title: 'A flag has an owner',
  rationale: 'Somebody must answer at night when it does harm, and by day when it should have been removed.',
  appliesTo: 'all',
  check: ({ envelope }) =>
    envelope.owner.trim() === ''
      ? broken('/owner', `The owner is ${show(envelope.owner)}; expected a team.`, 'Name the team that owns the flag.')
      : fine,
});

const ownerIsTeam = onChange({
  id: 'FH-LIFE-02',
  title: 'The owner is a team and not a person',
  rationale: 'People change teams and leave. A flag that is owned by an address is owned by nobody a year later.',
  after: ['FH-LIFE-01'],
  check: ({ envelope }) =>
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/.test(envelope.owner.trim())
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
  check: ({ document, facts: { policy } }) =>
    policy.requiredMetadata
      .filter((name) => String(metadataOf(document, name) ?? '').trim() === '')
      .map((name) => ({
        pointer: at(name),
        message: `The metadata has no ${show(name)}; this environment asks for it.`,
        hint: 'Add it to the document’s metadata.',
      })),
});

const dates = ['expires', 'reviewBy'] as const;

const realDates = onChange({
  id: 'FH-LIFE-05',
  title: 'Dates of the life cycle are days of the calendar',
  rationale: '31.12.26 and 2026-02-30 sort wrongly and never come: the flag is never found to be overdue.',
  check: ({ document }) =>
    dates.flatMap((name) => {
      const date = metadataOf(document, name);
      if (date === undefined || readInstant(date) !== null) return [];
      return broken(
        at(name),
        `The metadata’s ${name} is ${show(date)}; expected a day such as "2026-12-31".`,
        'Write year, month and day with dashes.',
      );
    }),
});

const dateOf = (document: unknown, name: (typeof dates)[number]): number | null =>
  readInstant(metadataOf(document, name));

const notExpired = onChange({
  id: 'FH-LIFE-06',
  title: 'A flag that is changed has not expired',
  rationale:
    'An expired flag is to be removed. One that is still changed lives on unnoticed, and its other branch is tested by nobody.',
  after: ['FH-LIFE-05'],
  check: ({ envelope, document }) => {
    const expires = dateOf(document, 'expires');
    if (expires === null || expires > envelope.at.accepted) return fine;
    return broken(
      at('expires'),
      `The flag expired on ${show(metadataOf(document, 'expires'))}.`,
      'Archive the flag, or agree on a later date with its owner.',
    );
  },
});

const isTemporary = (document: unknown): boolean => temporaryTypes.includes(metadataText(document, 'type') ?? '');

const expiresSoon = onChange<'policy'>({
  id: 'FH-LIFE-07',
  title: 'A temporary flag expires within the time that the policy allows',
  rationale: 'A release flag for five years is a permanent one that nobody reviews.',
  needs: ['policy'],
  after: ['FH-LIFE-05'],
  check: ({ envelope, document, facts: { policy } }) => {
    const expires = dateOf(document, 'expires');
    if (expires === null || !isTemporary(document)) return fine;
    const days = Math.floor(daysBetween(envelope.at.accepted, expires));
    if (days <= policy.maxTemporaryDays) return fine;
    return broken(
      at('expires'),
      `The flag expires in ${days} days; at most ${policy.maxTemporaryDays} are allowed for type ${show(metadataText(document, 'type'))}.`,
      'Choose an earlier date, or a permanent type.',
    );
  },
});

const knownType = onChange({
  id: 'FH-LIFE-08',
  title: 'The type of a flag is one of those that are known',
  rationale: 'Whether a flag must expire or be reviewed follows from its type: a misspelt one is asked for neither.',
  check: ({ document }) => {
    const type = metadataOf(document, 'type');
    const known = [...temporaryTypes, ...permanentTypes];
    if (type === undefined || (typeof type === 'string' && known.includes(type))) return fine;
    return broken(
      at('type'),
      `The metadata’s type is ${show(type)}; expected one of ${known.join(', ')}.`,
      'Correct the type, or leave it out.',
    );
  },
});

const temporaryExpires = onChange({
  id: 'FH-LIFE-09',
  title: 'A temporary flag says when it expires',
  rationale:
    'Release and experiment flags are debts: at Knight Capital in 2012 a flag that was used again woke code that should have been gone for years.',
  after: ['FH-LIFE-08'],
  check: ({ document }) =>
    isTemporary(document) && metadataOf(document, 'expires') === undefined
      ? broken(
          at('expires'),
          `A flag of type ${show(metadataText(document, 'type'))} does not say when it expires.`,
          'Give metadata.expires, such as "2026-12-31".',
        )
      : fine,
});

const permanentReviewed = onChange({
  id: 'FH-LIFE-10',
  title: 'A permanent flag says when it is reviewed next',
  rationale: 'What never expires must be looked at: recertification is what auditors ask of every standing permission.',
  after: ['FH-LIFE-08'],
  check: ({ document }) =>
    permanentTypes.includes(metadataText(document, 'type') ?? '') && metadataOf(document, 'reviewBy') === undefined
      ? broken(
          at('reviewBy'),
          `A flag of type ${show(metadataText(document, 'type'))} does not say when it is reviewed next.`,
          'Give metadata.reviewBy, such as "2026-12-31".',
        )
      : fine,
});

const reviewDue = onChange<'policy'>({
  id: 'FH-LIFE-11',
  title: 'The next review lies ahead, and not too far',
  rationale: 'A review that is overdue is made before the flag is changed again, and not put off for ten years.',
  needs: ['policy'],
  after: ['FH-LIFE-05'],
  check: ({ envelope, document, facts: { policy } }) => {
    const review = dateOf(document, 'reviewBy');
    if (review === null) return fine;
    const days = Math.ceil(daysBetween(envelope.at.accepted, review));
    if (days >= 0 && days <= policy.maxReviewDays) return fine;
    return broken(
      at('reviewBy'),
      `The next review is in ${days} days; expected from 0 to ${policy.maxReviewDays}.`,
      'Review the flag, and set the date of the next review.',
    );
  },
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

export const lifecycleRules: readonly AnyRule[] = [
  owner,
  ownerIsTeam,
  ownerIsKnown,
  described,
  realDates,
  notExpired,
  expiresSoon,
  knownType,
  temporaryExpires,
  permanentReviewed,
  reviewDue,
  noDependents,
  settled,
  stale,
];

/** Examples are accepted on 9 October 2025. */
const metadata = (members: Record<string, unknown>): Patch => withDocument({ metadata: members });

const archivedWith = (facts: Parameters<typeof withFacts>[0]): Patch => ({
  ...archival,
  ...withFacts({ before: { ...exampleBefore, reach: [{ variant: 'on', percent: 100 }] }, ...facts }),
});

const changedLast = (daysAgo: number): Patch =>
  withFacts({ before: { ...exampleBefore, acceptedAt: 1_760_000_000_250 - daysAgo * 86_400_000 } });

export const lifecycleExamples = (): Examples => ({
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
  'FH-LIFE-05': { failing: metadata({ expires: '2026-02-30' }), passing: metadata({ expires: '2026-02-28' }) },
  'FH-LIFE-06': { failing: metadata({ expires: '2025-10-09' }), passing: metadata({ expires: '2025-10-10' }) },
  'FH-LIFE-07': {
    failing: metadata({ type: 'release', expires: '2026-04-09' }),
    passing: metadata({ type: 'release', expires: '2026-04-08' }),
  },
  'FH-LIFE-08': { failing: metadata({ type: 'relaese' }), passing: metadata({}) },
  'FH-LIFE-09': {
    failing: metadata({ type: 'experiment' }),
    passing: metadata({ type: 'experiment', expires: '2025-12-31' }),
  },
  'FH-LIFE-10': {
    failing: metadata({ type: 'permission' }),
    passing: metadata({ type: 'permission', reviewBy: '2026-03-31' }),
  },
  'FH-LIFE-11': {
    failing: metadata({ type: 'ops', reviewBy: '2025-10-08' }),
    passing: metadata({ type: 'ops', reviewBy: '2025-10-09' }),
  },
  'FH-LIFE-12': { failing: archivedWith({ dependents: ['checkout.v3'] }), passing: archivedWith({ dependents: [] }) },
  'FH-LIFE-13': {
    failing: archivedWith({ before: { ...exampleBefore } }),
    passing: archivedWith({ before: { ...exampleBefore, reach: [{ variant: 'off', percent: 100 }] } }),
  },
  'FH-LIFE-14': { failing: changedLast(366), passing: changedLast(365) },
});
