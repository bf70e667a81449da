import { type Examples, type Patch, withPolicy } from '../examples/envelope.ts';
import { minuteOfWeek, readInstant, showInstant } from '../instant.ts';
import { show } from '../pointer.ts';
import type { ChangeHours, Freeze } from '../process-policy.ts';
import { type AnyRule, broken, fine, onChange, type Subject } from '../rule.ts';

/** All that an author proposes, but for kills, which no freeze stops. */
const planned = ['created', 'updated', 'restored', 'archived'] as const;

export const concerns = ({ owners }: Freeze, owner: string): boolean => owners.length === 0 || owners.includes(owner);

/** Whether a freeze is in force at a time. Its end is not part of it. */
export const covers = (freeze: Freeze, at: number): boolean =>
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
        `The freeze ${show(freeze.name)} begins in ${Math.floor(minutes)} minutes; expected ${policy.freezeLeadMinutes} at least.`,
        'Wait until the freeze is over, or have an exception for your ticket put into the policy.',
      );
    }),
});

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

export const isOpen = (hours: readonly ChangeHours[], at: number): boolean => {
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
    'Whoever lets their own change through does not observe the freeze; and an exception for one evening is not one for the month.',
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

export const changeRules: readonly AnyRule[] = [noFreeze, leadTime, changeHours, soundException];

export const frozen = (from: string, to: string, exception: Partial<Exception> = {}): Freeze => ({
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

export const hours = (to: string): ChangeHours => ({ days: [1, 2, 3, 4], from: '07:00', to });

export const time = { var: '$flagd.timestamp' };

export const examples = (): Examples => ({
  'FH-FREEZE-01': { failing: inFreeze('2025-10-09T08:54Z'), passing: inFreeze('2025-10-09T08:53Z') },
  'FH-FREEZE-02': { failing: soon('2025-10-09T12:53Z'), passing: soon('2025-10-09T12:54Z') },
  'FH-FREEZE-03': {
    failing: withPolicy({ changeHours: [hours('08:30')] }),
    passing: withPolicy({ changeHours: [hours('15:00')] }),
  },
  'FH-FREEZE-04': { failing: byException('Mia'), passing: byException('noor') },
});
