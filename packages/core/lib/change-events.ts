import type { ChangeRecord } from './change.ts';
import type { Envelope } from './envelope.ts';
import { type EventOf, eventOf, type FlaghoistEvent } from './events.ts';
import { formatOrder, type Order } from './order.ts';
import type { Proposal, ProposalOutcome } from './proposal.ts';

/*
 * What the trail says of a change, as functions of what home has stored of it and of nothing else: no clock, no other item.
 * So the sweep, days later, makes up the very event that was lost, under the same id, and the trail holds it once.
 */

/** A change id is unique for one author only: two flags, or two epochs, may have a change of the same id. */
const identityOf = ({ changeId, flagKey, order }: { changeId: string; flagKey: string; order: Order }): string[] => [
  changeId,
  flagKey,
  formatOrder(order),
];

/** @param region the home region, as in all of these */
export const proposedEvent = (
  { flagKey, kind, change, proposedAt }: Pick<Proposal, 'flagKey' | 'kind' | 'change' | 'proposedAt'>,
  region: string,
): EventOf<'ChangeProposed'> =>
  eventOf({
    type: 'ChangeProposed',
    identity: [change.id],
    region,
    at: proposedAt,
    detail: { flagKey, changeId: change.id, kind, actor: change.actor },
  });

/** How a proposal ended; nothing for one that was accepted, which its revision tells. */
export const outcomeEvents = (outcome: ProposalOutcome, region: string): readonly FlaghoistEvent[] => {
  if (outcome.outcome === 'accepted') return [];
  const { changeId, flagKey, actor, at } = outcome;
  const frame = { identity: [changeId], region, at };
  const about = { flagKey, changeId, actor };
  if (outcome.outcome === 'rejected') {
    const detail = { ...about, reason: 'rules' as const, violations: outcome.violations };
    return [eventOf({ type: 'ChangeRejected', ...frame, detail })];
  }
  const detail = { ...about, basedOn: outcome.basedOn, current: outcome.current };
  return [eventOf({ type: 'ChangeConflicted', ...frame, detail })];
};

export const acceptedEvent = (envelope: Envelope, region: string): EventOf<'ChangeAccepted'> => {
  const { flagKey, epoch, revision, kind, change, at } = envelope;
  const { documentDigest, envelopeDigest, previousEnvelopeDigest } = envelope;
  const about = { flagKey, changeId: change.id, order: { epoch, revision } };
  return eventOf({
    type: 'ChangeAccepted',
    identity: identityOf(about),
    region,
    at: at.accepted,
    detail: {
      ...about,
      kind,
      actor: change.actor,
      reason: change.reason,
      ...(change.causeId === undefined ? {} : { causeId: change.causeId }),
      documentDigest,
      envelopeDigest,
      previousEnvelopeDigest,
    },
  });
};

/** What was decided about a change, in the order in which it was: one that heals was unverified before. */
export const decisionEvents = (record: ChangeRecord, region: string): readonly FlaghoistEvent[] => {
  const { flagKey, changeId, order, state, acceptedAt, decidedAt = acceptedAt } = record;
  const about = { flagKey, changeId, order };
  const frame = { identity: identityOf(record), region, at: decidedAt };
  const { unverified = state === 'unverified' ? { at: decidedAt, silentRegions: [] } : undefined } = record;
  const events: FlaghoistEvent[] = [];
  if (unverified !== undefined) {
    const detail = { ...about, silentRegions: [...unverified.silentRegions] };
    events.push(eventOf({ type: 'ChangeUnverified', ...frame, at: unverified.at, detail }));
  }
  switch (state) {
    case 'accepted':
    case 'unverified':
      break;
    case 'verified':
      events.push(
        eventOf({ type: 'ChangeVerified', ...frame, detail: { ...about, knownGood: record.knownGood ?? false } }),
      );
      break;
    case 'rolled-back': {
      const detail = { ...about, revertOrder: record.revertOrder ?? order, blame: blameOf(record) };
      events.push(eventOf({ type: 'ChangeRolledBack', ...frame, detail }));
      break;
    }
    case 'held': {
      const needs = record.needs === undefined ? {} : { needs: record.needs.map((need) => ({ ...need })) };
      const detail = { ...about, reason: record.holdReason ?? 'kind', blame: blameOf(record), ...needs };
      events.push(eventOf({ type: 'ChangeHeld', ...frame, detail }));
      break;
    }
    case 'superseded': {
      const detail = { ...about, ...(record.blame === undefined ? {} : { blame: blameOf(record) }) };
      events.push(eventOf({ type: 'ChangeSuperseded', ...frame, detail }));
    }
  }
  return events;
};

/** A decision that names nobody is told all the same. */
const blameOf = ({ blame }: ChangeRecord) => ({
  region: blame?.region ?? '',
  services: [...(blame?.services ?? [])],
});
