import { type Examples, type Patch, withDocument, withPolicy } from '../examples/envelope.ts';
import { daysBetween, readInstant, showInstant } from '../instant.ts';
import { said } from '../metadata.ts';
import { show } from '../pointer.ts';
import { type AnyRule, type Finding, onChange, type Subject } from '../rule.ts';
import { pointerOf } from '../targeting/place.ts';
import { reachOf } from '../targeting/reach.ts';
import { comparisonsWithTime, type TimeComparison, timeWindows } from '../targeting/time.ts';
import { concerns, covers, frozen, hours, isOpen, time } from './freeze.ts';

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
    'With a date as text the evaluation fails, or the comparison is never true; and nothing is evaluated in exactly one second.',
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

/** Whether from this time on no variant but the off variant is shown to more callers than before. */
const onlyEnds = ({ document, envelope, targeting, facts }: Subject<'policy'>, seconds: number): boolean => {
  const { assumedShare: listed } = facts.policy;
  const before = reachOf(document, targeting.evaluators, { listed, at: seconds - 1 });
  const after = reachOf(document, targeting.evaluators, { listed, at: seconds + 1 });
  return [...after].every(([variant, { atLeast, atMost }]) => {
    const earlier = before.get(variant);
    return variant === envelope.offVariant || (atLeast <= (earlier?.atLeast ?? 0) && atMost <= (earlier?.atMost ?? 0));
  });
};

const notInFreeze = onChange<'policy'>({
  id: 'FH-FREEZE-09',
  title: 'Nothing new is scheduled into a freeze',
  rationale:
    'A switch by the clock in the freeze is a change in the freeze, only that nobody needs to be there. What ends may end: the offer until midnight on 31 December.',
  changed: { version: 2 },
  needs: ['policy'],
  after: [...after, 'FH-FREEZE-05', 'FH-FREEZE-06', 'FH-FREEZE-08', 'FH-PREREQ-11', 'FH-VARIANT-01'],
  check: (subject) => {
    const { envelope, facts } = subject;
    return eachTime(
      subject,
      ({ seconds }) => {
        if (seconds === null || seconds <= atAcceptance(subject)) return null;
        const freeze = facts.policy.freezes.find(
          (found) => covers(found, seconds * 1_000) && concerns(found, envelope.owner),
        );
        return freeze === undefined || onlyEnds(subject, seconds)
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
    const expires = readInstant(said(subject.metadata, 'expires'));
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

/** What targeting may compare the time of evaluation with. */
export const changeRules: readonly AnyRule[] = [
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

export const examples = (): Examples => ({
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
