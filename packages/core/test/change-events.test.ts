import type { ChangeRecord } from '../lib/change.ts';
import { acceptedEvent, decisionEvents } from '../lib/change-events.ts';
import { recordOf } from '../lib/envelope.ts';
import { parseEvent } from '../lib/events.ts';
import { revisionOf } from './support.ts';

const envelope = revisionOf();
const record: ChangeRecord = recordOf(envelope);
const typesOf = (decided: Partial<ChangeRecord>) =>
  decisionEvents({ ...record, ...decided }, 'eu-west-1').map(({ type, at }) => [type, at]);

it('a change of the same id on another flag, or at another order, is another change', () => {
  const ids = [envelope, { ...envelope, flagKey: 'other' }, { ...envelope, epoch: 2 }].map(
    (each) => acceptedEvent(each, 'eu-west-1').id,
  );
  expect(new Set(ids).size).toBe(3);
});

it.each<[Partial<ChangeRecord>, [string, number][]]>([
  [{ state: 'accepted' }, []],
  [{ state: 'verified', decidedAt: 9 }, [['ChangeVerified', 9]]],
  [{ state: 'held', decidedAt: 9 }, [['ChangeHeld', 9]]],
  [{ state: 'superseded', decidedAt: 9 }, [['ChangeSuperseded', 9]]],
  [{ state: 'rolled-back', decidedAt: 9 }, [['ChangeRolledBack', 9]]],
  [{ state: 'unverified', decidedAt: 5, unverified: { at: 5, silentRegions: [] } }, [['ChangeUnverified', 5]]],
  // Rebuilt by a home that knows nothing of its silence.
  [{ state: 'unverified', decidedAt: 5 }, [['ChangeUnverified', 5]]],
  [
    { state: 'verified', decidedAt: 9, unverified: { at: 5, silentRegions: ['ap-south-1'] } },
    [
      ['ChangeUnverified', 5],
      ['ChangeVerified', 9],
    ],
  ],
])('a record tells every decision that it went through: %p', (decided, expected) => {
  expect(typesOf(decided)).toEqual(expected);
});

it('what a record tells is an event that every reader takes', () => {
  for (const state of ['verified', 'held', 'superseded', 'rolled-back', 'unverified'] as const) {
    for (const event of decisionEvents({ ...record, state }, 'eu-west-1')) expect(parseEvent(event)).toEqual(event);
  }
  expect(parseEvent(acceptedEvent(envelope, 'eu-west-1'))).toEqual(acceptedEvent(envelope, 'eu-west-1'));
});
