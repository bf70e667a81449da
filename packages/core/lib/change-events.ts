import type { ChangeKey, ChangeKind, ChangeRecord } from './change.ts';
import { changeIdSchema, type Envelope } from './envelope.ts';
import { type EventOf, eventOf, type FlaghoistEvent } from './events.ts';
import { formatOrder } from './order.ts';
import { type Proposal, type ProposalOutcome, proposedDigestOf, type RefusedProposal } from './proposal.ts';

/*
 * What the trail says of a change, as functions of what home has stored of it and of nothing else: no clock, no other item.
 * So the sweep, days later, makes up the very event that was lost, under the same id, and the trail holds it once.
 */

/**
 * What tells an event about a change from one about another. A change id is unique for one author only: two flags, or two
 * epochs, may have a change of the same id.
 */
export const changeIdentity = ({
  changeId,
  flagKey,
  order,
}: Pick<ChangeKey, 'changeId' | 'flagKey' | 'order'>): string[] => [changeId, flagKey, formatOrder(order)];

/**
 * Whose proposal, under which id. What stands in the place of an id may be anything of any length: then its digest goes into
 * the identity.
 */
export const writtenIdentityOf = (author: string, changeId: string): string[] => [
  changeIdSchema.safeParse(changeId).success ? changeId : proposedDigestOf(changeId),
  author,
];

/**
 * Each content that was written under an id is told.
 *
 * @param region the home region, as in all of these
 */
export const proposedEvent = (
  { flagKey, kind, change, proposedAt }: Pick<Proposal, 'flagKey' | 'kind' | 'change' | 'proposedAt'>,
  { author, proposedDigest }: { readonly author: string; readonly proposedDigest: string },
  region: string,
): EventOf<'ChangeProposed'> =>
  proposedOf({ author, proposedDigest, flagKey, changeId: change.id, kind, proposedAt }, region);

interface Proposed extends Pick<RefusedProposal, 'author' | 'proposedDigest' | 'flagKey' | 'changeId'> {
  readonly kind: ChangeKind;
  readonly proposedAt: number;
}

const proposedOf = (
  { author, proposedDigest, flagKey, changeId, kind, proposedAt }: Proposed,
  region: string,
): EventOf<'ChangeProposed'> =>
  eventOf({
    type: 'ChangeProposed',
    identity: [...writtenIdentityOf(author, changeId), proposedDigest],
    region,
    at: proposedAt,
    // Whose key it is; whom a proposal names as its actor is a claim until it is accepted.
    detail: { flagKey, changeId, kind, actor: author },
  });

/** How a proposal ended; nothing for one that was accepted, which its revision tells. */
export const outcomeEvents = (outcome: ProposalOutcome, region: string): readonly FlaghoistEvent[] => {
  if (outcome.outcome === 'accepted') return [];
  const { author, changeId, flagKey, actor, at } = outcome;
  const frame = { identity: writtenIdentityOf(author, changeId), region, at };
  const about = { flagKey, changeId, actor };
  switch (outcome.outcome) {
    case 'rejected': {
      const detail = { ...about, reason: 'rules' as const, violations: outcome.violations };
      return [eventOf({ type: 'ChangeRejected', ...frame, detail })];
    }
    case 'conflict': {
      const { basedOn, current, overtakenBy } = outcome;
      const detail = { ...about, basedOn, current, ...(overtakenBy === undefined ? {} : { overtakenBy }) };
      return [eventOf({ type: 'ChangeConflicted', ...frame, detail })];
    }
    case 'expired': {
      const { writtenAt, maxAgeSeconds } = outcome;
      return [eventOf({ type: 'ProposalExpired', ...frame, detail: { ...about, writtenAt, maxAgeSeconds } })];
    }
    case 'withdrawn':
      return [eventOf({ type: 'ProposalWithdrawn', ...frame, detail: about })];
  }
};

/** Everything that an outcome tells, the proposal included: what the sweep looks for. */
export const refusedEvents = (outcome: RefusedProposal, region: string): readonly FlaghoistEvent[] => [
  ...(outcome.proposed === undefined ? [] : [proposedOf({ ...outcome, ...outcome.proposed }, region)]),
  ...outcomeEvents(outcome, region),
];

/** Everything that a revision tells: a revert answers no proposal. */
export const revisionEvents = (envelope: Envelope, region: string): readonly FlaghoistEvent[] => {
  const { flagKey, kind, change, at } = envelope;
  const { author, proposedDigest } = change;
  const accepted = acceptedEvent(envelope, region);
  if (author === undefined || proposedDigest === undefined) return [accepted];
  const about = { author, proposedDigest, flagKey, changeId: change.id };
  return [proposedOf({ ...about, kind, proposedAt: at.proposed }, region), accepted];
};

export const acceptedEvent = (envelope: Envelope, region: string): EventOf<'ChangeAccepted'> => {
  const { flagKey, epoch, revision, kind, change, at } = envelope;
  const { documentDigest, envelopeDigest, previousEnvelopeDigest } = envelope;
  const about = { flagKey, changeId: change.id, order: { epoch, revision } };
  return eventOf({
    type: 'ChangeAccepted',
    identity: changeIdentity(about),
    region,
    at: at.accepted,
    detail: {
      ...about,
      kind,
      actor: change.actor,
      reason: change.reason,
      ...(change.review === undefined ? {} : { review: change.review }),
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
  const frame = { identity: changeIdentity(record), region, at: decidedAt };
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
