import { type Examples, type Patch, withDocument, withPolicy } from '../examples/envelope.ts';
import { daysBetween, minuteOfWeek, readInstant, showInstant } from '../instant.ts';
import { metadataOf } from '../metadata.ts';
import { show } from '../pointer.ts';
import type { ChangeHours, Freeze } from '../process-policy.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { pointerOf } from '../targeting/place.ts';
import { comparisonsWithTime, type TimeComparison, timeWindows } from '../targeting/time.ts';

/** All that an author proposes, but for kills, which no freeze stops. */
const planned = ['created', 'updated', 'restored', 'archived'] as const;

const concerns = ({ owners }: Freeze, owner: string): boolean => owners.length === 0 || owners.includes(owner);

/** Whether a freeze is in force at a time. Its end is not part of it. */
const covers = (freeze: Freeze, at: number): boolean =>
  at >= (readInstant(freeze.from) ?? Number.POSITIVE_INFINITY) &&
  at < (readInstant(freeze.to) ?? Number.NEGATIVE_INFINITY);

type Exception = Freeze['exceptions'][number];

/** The exception that a change claims by its ticket. */
const exceptionFor = ({ exceptions }: Freeze, ticket: string | undefined): Exception | undefined =>
  ticket === undefined ? undefined : exceptions.find((exception) => exception.ticket === ticket);

/** The freezes in force when the change was accepted. */
const inForce = ({ envelope, facts }: Subject<'policy'>): readonly Freeze[] =>
  facts.policy.freezes.filter((freeze) => covers(freeze, envelope.at.accepted) && concerns(freeze, envelope.owner));

const noFreeze = onChange<'policy'>({
  id: 'FH-FREEZE-01',
  title: 'Nothing is changed in a freeze but by an exception',
  rationale:
    'Year-end closing and the Christmas trade are frozen because nobody is there to mend what breaks. Kills and reverts always pass.',
  appliesTo: planned,
  needs: ['policy'],
  check: (subject) =>
    inForce(subject)
      .filter((freeze) => exceptionFor(freeze, subject.envelope.change.ticket) === undefined)
      .map(({ name, to }) => ({
        pointer: '/at/accepted',
        message: `The freeze ${show(name)} is in force until ${to}.`,
        hint: 'Wait until it is over, or have an exception for your ticket put into the policy. A kill is possible at any time.',
      })),
});

const leadTime = onChange<'policy'>({
  id: 'FH-FREEZE-02',
  title: 'The last change before a freeze has time to prove itself',
  rationale: 'A change an hour before the freeze is watched by nobody and may be mended by nobody.',
  appliesTo: planned,
  needs: ['policy'],
  check: ({ envelope, facts: { policy } }) =>
    policy.freezes.flatMap((freeze) => {
      const minutes = ((readInstant(freeze.from) ?? 0) - envelope.at.accepted) / 60_000;
      if (minutes <= 0 || minutes >= policy.freezeLeadMinutes || !concerns(freeze, envelope.owner)) return [];
      if (exceptionFor(freeze, envelope.change.ticket) !== undefined) return [];
      return broken(
        '/at/accepted',
        `The freeze ${show(freeze.name)} begins in ${Math.ceil(minutes)} minutes; expected ${policy.freezeLeadMinutes} at least.`,
        'Wait until the freeze is over.',
      );
    }),
});

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const isOpen = (hours: readonly ChangeHours[], at: number): boolean => {
  const minute = minuteOfWeek(at);
  const day = Math.floor(minute / 1_440) + 1;
  const time = minute % 1_440;
  return hours.some(({ days, from, to }) => days.includes(day) && time >= minuteOf(from) && time < minuteOf(to));
};

const changeHours = onChange<'policy'>({
  id: 'FH-FREEZE-03',
  title: 'Changes are made in the hours for changes',
  rationale:
    'A change on Friday evening is found to be wrong on Monday. The hours are in UTC, which has no summer time.',
  appliesTo: planned,
  needs: ['policy'],
  check: ({ envelope, facts: { policy } }) =>
    policy.changeHours.length === 0 || isOpen(policy.changeHours, envelope.at.accepted)
      ? fine
      : broken(
          '/at/accepted',
          `It was accepted at ${showInstant(envelope.at.accepted)}, outside the hours for changes.`,
          'Propose it again within the hours that the policy names. A kill is possible at any time.',
        ),
});

const soundException = onChange<'policy'>({
  id: 'FH-FREEZE-04',
  title: 'An exception from a freeze is somebody else’s and still open',
  rationale:
    'Who lets himself through does not observe the freeze; and an exception for one evening is not one for the month.',
  appliesTo: planned,
  needs: ['policy'],
  check: (subject) => {
    const { change, at } = subject.envelope;
    return inForce(subject).flatMap((freeze) => {
      const exception = exceptionFor(freeze, change.ticket);
      if (exception === undefined) return [];
      const { approvedBy, until } = exception;
      const hint = 'Have the exception renewed by somebody who does not make the change.';
      if (approvedBy.trim().toLowerCase() === change.actor.trim().toLowerCase()) {
        return broken(
          '/change/ticket',
          `The exception from ${show(freeze.name)} was approved by ${show(approvedBy)}, who makes the change.`,
          hint,
        );
      }
      if (at.accepted < (readInstant(until) ?? 0)) return [];
      return broken('/change/ticket', `The exception from ${show(freeze.name)} ended at ${until}.`, hint);
    });
  },
});

const after = ['FH-LIMIT-01', 'FH-TARGET-01'];

/** A finding for each comparison with the time of evaluation for which `judge` has something to say. */
const eachTime = (
  subject: Pick<Subject, 'targeting' | 'spend'>,
  judge: (comparison: TimeComparison) => string | null,
  hint: string,
): readonly Finding[] =>
  comparisonsWithTime(subject.targeting).flatMap((comparison) => {
    subject.spend();
    const message = judge(comparison);
    return message === null ? [] : [{ pointer: pointerOf(comparison.place), message, hint }];
  });

/** Seconds since 1970 pass this in the year 5138; milliseconds did in 1973. */
const FIRST_MILLISECONDS = 100_000_000_000;

const inSeconds = onChange({
  id: 'FH-FREEZE-05',
  title: 'Times in targeting are in seconds',
  rationale:
    'flagd’s $flagd.timestamp is in seconds. Compared with milliseconds, what is to begin tomorrow begins in 50,000 years.',
  after,
  check: (subject) =>
    eachTime(
      subject,
      ({ seconds }) =>
        seconds !== null && seconds >= FIRST_MILLISECONDS
          ? `The time ${seconds} is the year ${Math.floor(1970 + seconds / 31_556_952)} in seconds; expected seconds, not milliseconds.`
          : null,
      'Divide it by 1,000.',
    ),
});

const isNumber = onChange({
  id: 'FH-FREEZE-06',
  title: 'The time is compared with a number, by before and after',
  rationale:
    'A date as text compares as “not a number”, which is never true; and nothing is evaluated in exactly one second.',
  after,
  check: (subject) =>
    eachTime(
      subject,
      ({ operator, operand, literal }) => {
        if (['==', '===', '!=', '!=='].includes(operator))
          return `The time is compared by ${operator}; expected <, <=, > or >=.`;
        return literal && typeof operand !== 'number'
          ? `The time is compared with ${show(operand)}; expected a number of seconds.`
          : null;
      },
      'Compare $flagd.timestamp by < or >= with seconds since 1970.',
    ),
});

const atAcceptance = ({ envelope }: Pick<Subject, 'envelope'>): number => envelope.at.accepted / 1_000;

const notOver = onChange({
  id: 'FH-FREEZE-07',
  title: 'A time in targeting has not passed when the change is made',
  rationale:
    'A schedule that is already over decides nothing any more: either the date is wrong, or the rule can be simpler.',
  severity: 'warning',
  after: [...after, 'FH-FREEZE-06'],
  check: (subject) =>
    eachTime(
      subject,
      ({ seconds }) =>
        seconds !== null && seconds <= atAcceptance(subject)
          ? `The time ${showInstant(seconds * 1_000)} has passed already.`
          : null,
      'Correct the time, or write down what is the case since then.',
    ),
});

const notTooFar = onChange<'policy'>({
  id: 'FH-FREEZE-08',
  title: 'A time in targeting is not too far ahead',
  rationale: 'What switches in three years surprises people who were not there when it was written.',
  needs: ['policy'],
  after: [...after, 'FH-FREEZE-05', 'FH-FREEZE-06'],
  check: (subject) => {
    const limit = subject.facts.policy.maxScheduleDays;
    return eachTime(
      subject,
      ({ seconds }) => {
        const days = seconds === null ? 0 : Math.floor(daysBetween(subject.envelope.at.accepted, seconds * 1_000));
        return days > limit ? `The time lies ${days} days ahead; at most ${limit} are allowed.` : null;
      },
      'Schedule it when it is nearer.',
    );
  },
});

const notInFreeze = onChange<'policy'>({
  id: 'FH-FREEZE-09',
  title: 'Nothing is scheduled into a freeze',
  rationale: 'A switch by the clock in the freeze is a change in the freeze, only that nobody needs to be there.',
  needs: ['policy'],
  after: [...after, 'FH-FREEZE-05', 'FH-FREEZE-06', 'FH-FREEZE-08'],
  check: (subject) => {
    const { envelope, facts } = subject;
    return eachTime(
      subject,
      ({ seconds }) => {
        if (seconds === null || seconds <= atAcceptance(subject)) return null;
        const freeze = facts.policy.freezes.find(
          (found) => covers(found, seconds * 1_000) && concerns(found, envelope.owner),
        );
        return freeze === undefined
          ? null
          : `The time ${showInstant(seconds * 1_000)} falls into the freeze ${show(freeze.name)}.`;
      },
      'Move it before the freeze or after its end.',
    );
  },
});

const inHours = onChange<'policy'>({
  id: 'FH-FREEZE-10',
  title: 'What is scheduled happens in the hours for changes',
  rationale: 'Midnight is a natural time to write down and the worst to watch.',
  severity: 'warning',
  needs: ['policy'],
  after: [...after, 'FH-FREEZE-05', 'FH-FREEZE-06'],
  check: (subject) => {
    const hours = subject.facts.policy.changeHours;
    return eachTime(
      subject,
      ({ seconds }) =>
        seconds === null || hours.length === 0 || seconds <= atAcceptance(subject) || isOpen(hours, seconds * 1_000)
          ? null
          : `The time ${showInstant(seconds * 1_000)} is outside the hours for changes.`,
      'Move it into the hours that the policy names.',
    );
  },
});

const beforeExpiry = onChange({
  id: 'FH-FREEZE-11',
  title: 'Nothing is scheduled after the flag has expired',
  rationale: 'Once it has expired it may be archived at any time, and what was to happen then does not happen.',
  after: [...after, 'FH-FREEZE-05', 'FH-FREEZE-06', 'FH-LIFE-05'],
  check: (subject) => {
    const expires = readInstant(metadataOf(subject.document, 'expires'));
    return eachTime(
      subject,
      ({ seconds }) =>
        seconds !== null && expires !== null && seconds * 1_000 > expires
          ? `The time ${showInstant(seconds * 1_000)} comes after the flag expires, ${showInstant(expires)}.`
          : null,
      'Move the time, or let the flag expire later.',
    );
  },
});

const windowOpens = onChange({
  id: 'FH-FREEZE-12',
  title: 'A window of time ends after it begins',
  rationale: 'A window with its ends exchanged is never open: an offer that was announced does not take place.',
  after: [...after, 'FH-FREEZE-06'],
  check: (subject) =>
    timeWindows(subject.targeting)
      .filter(({ from, to }) => from >= to)
      .map(({ place, from, to }) => ({
        pointer: pointerOf(place),
        message: `The window begins at ${showInstant(from * 1_000)} and ends at ${showInstant(to * 1_000)}.`,
        hint: 'Exchange the two times, or correct one.',
      })),
});

export const freezeRules: readonly AnyRule[] = [
  noFreeze,
  leadTime,
  changeHours,
  soundException,
  inSeconds,
  isNumber,
  notOver,
  notTooFar,
  notInFreeze,
  inHours,
  beforeExpiry,
  windowOpens,
];

/** Examples are accepted on Thursday, 9 October 2025, 08:53 UTC. */
const ACCEPTED = 1_760_000_000;
const DAY = 86_400;

const frozen = (from: string, to: string, exception: Partial<Exception> = {}): Freeze => ({
  name: 'quarter end',
  from,
  to,
  owners: [],
  exceptions: [{ ticket: 'CHG-1', approvedBy: 'noor', until: '2025-10-09T12:00Z', ...exception }],
});

const inFreeze = (to: string): Patch => withPolicy({ freezes: [frozen('2025-10-01T00:00Z', to)] });

const byException = (approvedBy: string): Patch => ({
  ...withPolicy({ freezes: [frozen('2025-10-01T00:00Z', '2025-10-10T00:00Z', { approvedBy })] }),
  change: { id: 'change-0002', actor: 'mia', authentication: 'local', reason: 'Mend the totals.', ticket: 'CHG-1' },
});

const soon = (from: string): Patch =>
  withPolicy({ freezeLeadMinutes: 240, freezes: [frozen(from, '2025-10-12T00:00Z')] });

const hours = (to: string): ChangeHours => ({ days: [1, 2, 3, 4], from: '07:00', to });

const time = { var: '$flagd.timestamp' };

const switchingAt = (when: unknown, operator = '>='): Patch =>
  withDocument({ targeting: { if: [{ [operator]: [time, when] }, 'on', 'off'] } });

const later = (days: number): Patch => switchingAt(ACCEPTED + days * DAY);

const openFor = (days: number): Patch =>
  withDocument({
    targeting: {
      if: [{ and: [{ '>=': [time, ACCEPTED + 2 * DAY] }, { '<': [time, ACCEPTED + days * DAY] }] }, 'on', 'off'],
    },
  });

const expiringOn = (expires: string): Patch => ({
  document: { ...later(2).document, metadata: { expires } },
});

export const freezeExamples = (): Examples => ({
  'FH-FREEZE-01': { failing: inFreeze('2025-10-09T08:54Z'), passing: inFreeze('2025-10-09T08:53Z') },
  'FH-FREEZE-02': { failing: soon('2025-10-09T12:53Z'), passing: soon('2025-10-09T12:54Z') },
  'FH-FREEZE-03': {
    failing: withPolicy({ changeHours: [hours('08:30')] }),
    passing: withPolicy({ changeHours: [hours('15:00')] }),
  },
  'FH-FREEZE-04': { failing: byException('Mia'), passing: byException('noor') },
  'FH-FREEZE-05': { failing: switchingAt((ACCEPTED + DAY) * 1_000), passing: later(1) },
  'FH-FREEZE-06': { failing: switchingAt('2025-12-24'), passing: later(1) },
  'FH-FREEZE-07': { failing: later(-1), passing: later(1) },
  'FH-FREEZE-08': { failing: later(402), passing: later(400) },
  'FH-FREEZE-09': {
    failing: { ...later(10), ...withPolicy({ freezes: [frozen('2025-10-19T00:00Z', '2025-10-20T00:00Z')] }) },
    passing: { ...later(12), ...withPolicy({ freezes: [frozen('2025-10-19T00:00Z', '2025-10-20T00:00Z')] }) },
  },
  'FH-FREEZE-10': {
    failing: { ...later(1), ...withPolicy({ changeHours: [hours('15:00')] }) },
    passing: { ...later(4), ...withPolicy({ changeHours: [hours('15:00')] }) },
  },
  'FH-FREEZE-11': { failing: expiringOn('2025-10-11'), passing: expiringOn('2025-10-12') },
  'FH-FREEZE-12': { failing: openFor(1), passing: openFor(3) },
});
