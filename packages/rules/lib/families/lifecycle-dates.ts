import type { Examples } from '../examples/envelope.ts';
import { daysBetween, readInstant, showInstant } from '../instant.ts';
import type { Members } from '../members.ts';
import { permanentTypes, said, saidText, temporaryTypes } from '../metadata.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { at, metadata } from './lifecycle.ts';

const dates = ['expires', 'reviewBy'] as const;

const realDates = onChange({
  id: 'FH-LIFE-05',
  title: 'Dates of the life cycle are days of the calendar',
  rationale: '31.12.26 and 2026-02-30 sort wrongly and never come: the flag is never found to be overdue.',
  about: 'metadata',
  check: ({ metadata }) =>
    dates.flatMap((name) => {
      const date = said(metadata, name);
      if (date === undefined || readInstant(date) !== null) return [];
      return broken(
        at(name),
        `The metadata’s ${name} is ${show(date)}; expected a day such as "2026-12-31".`,
        'Write year, month and day with dashes.',
      );
    }),
});

const dateOf = (metadata: Members, name: (typeof dates)[number]): number | null => readInstant(said(metadata, name));

const notExpired = onChange({
  id: 'FH-LIFE-06',
  title: 'A flag that is changed has not expired',
  rationale:
    'An expired flag is to be removed. One that is still changed lives on unnoticed, and its other branch is tested by nobody.',
  after: ['FH-LIFE-05'],
  about: 'metadata',
  check: ({ envelope, metadata }) => {
    const expires = dateOf(metadata, 'expires');
    if (expires === null || expires > envelope.at.accepted) return fine;
    return broken(
      at('expires'),
      `The flag expired on ${show(said(metadata, 'expires'))}; expected a day after ${showInstant(envelope.at.accepted)}.`,
      'Archive the flag, or agree on a later date with its owner.',
    );
  },
});

const isTemporary = (metadata: Members): boolean => temporaryTypes.includes(saidText(metadata, 'type') ?? '');

const expiresSoon = onChange<'policy'>({
  id: 'FH-LIFE-07',
  title: 'A temporary flag expires within the time that the policy allows',
  rationale: 'A release flag for five years is a permanent one that nobody reviews.',
  needs: ['policy'],
  after: ['FH-LIFE-05'],
  about: 'metadata',
  check: ({ envelope, metadata, facts: { policy } }) => {
    const expires = dateOf(metadata, 'expires');
    if (expires === null || !isTemporary(metadata)) return fine;
    const days = Math.floor(daysBetween(envelope.at.accepted, expires));
    if (days <= policy.maxTemporaryDays) return fine;
    return broken(
      at('expires'),
      `The flag expires in ${days} days; at most ${policy.maxTemporaryDays} are allowed for type ${show(saidText(metadata, 'type'))}.`,
      'Choose an earlier date, or a permanent type.',
    );
  },
});

const known = [...temporaryTypes, ...permanentTypes];

const knownType = onChange({
  id: 'FH-LIFE-08',
  title: 'The type of a flag is one of those that are known',
  rationale:
    'Whether a flag must expire or be reviewed follows from its type: a misspelt one is asked for neither. A warning, because companies have types of their own.',
  severity: 'warning',
  changed: { version: 2 },
  about: 'metadata',
  check: ({ metadata }) => {
    const type = said(metadata, 'type');
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
  about: 'metadata',
  check: ({ metadata }) =>
    isTemporary(metadata) && said(metadata, 'expires') === undefined
      ? broken(
          at('expires'),
          `A flag of type ${show(saidText(metadata, 'type'))} does not say when it expires.`,
          'Give metadata.expires, such as "2026-12-31".',
        )
      : fine,
});

const isPermanent = (metadata: Members): boolean => permanentTypes.includes(saidText(metadata, 'type') ?? '');

const permanentReviewed = onChange({
  id: 'FH-LIFE-10',
  title: 'A permanent flag says when it is reviewed next',
  rationale: 'What never expires must be looked at: recertification is what auditors ask of every standing permission.',
  severity: 'warning',
  changed: { version: 2 },
  about: 'metadata',
  check: ({ metadata }) =>
    isPermanent(metadata) && said(metadata, 'reviewBy') === undefined
      ? broken(
          at('reviewBy'),
          `A flag of type ${show(saidText(metadata, 'type'))} does not say when it is reviewed next.`,
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
  about: 'metadata',
  check: ({ envelope, metadata, facts: { policy } }) => {
    const review = dateOf(metadata, 'reviewBy');
    if (review === null) return fine;
    const days = Math.ceil(daysBetween(envelope.at.accepted, review));
    if (days >= 0 && days <= policy.maxReviewDays) return fine;
    return broken(
      at('reviewBy'),
      `The next review ${days < 0 ? 'was due' : 'is due'} on ${show(said(metadata, 'reviewBy'))}; expected within ${policy.maxReviewDays} days from acceptance.`,
      'Review the flag, and set the date of the next review.',
    );
  },
});

/** How long a flag lives, by its type. */
export const changeRules: readonly AnyRule[] = [
  realDates,
  notExpired,
  expiresSoon,
  knownType,
  temporaryExpires,
  permanentReviewed,
  reviewDue,
];

export const examples = (): Examples => ({
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
});
