import type { ChangeRecord } from '@flaghoist/core/change';
import { parseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import { formatOrder, sameOrder } from '@flaghoist/core/order';
import type { Proposal } from '@flaghoist/core/proposal';
import { changeRecordOf, outcomeOf } from '@flaghoist/core/storage/change-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { AcceptPorts } from './ports.ts';

/*
 * The events of a change come from the stream of `changes`, never from whoever decided: what is in the table has its event,
 * also after a crash. Their ids and times are the item's, so a repeated record gives the same event.
 */

type Ports = Pick<AcceptPorts, 'region' | 'flags' | 'changes' | 'bus'>;

export const emitProposed = async (
  { flagKey, kind, change, proposedAt }: Proposal,
  { region, bus }: Ports,
): Promise<void> => {
  const detail = { flagKey, changeId: change.id, kind, actor: change.actor };
  await bus.publish([eventOf({ type: 'ChangeProposed', identity: [change.id], region, at: proposedAt, detail })]);
};

/** @throws InvalidInputError for an item that is no outcome */
export const emitRefused = async (item: FoundItem, { region, bus }: Ports): Promise<void> => {
  const outcome = outcomeOf(item);
  if (outcome.outcome === 'accepted') return;
  const { changeId, flagKey, actor, at } = outcome;
  const frame = { identity: [changeId], region, at };
  const about = { flagKey, changeId, actor };
  if (outcome.outcome === 'rejected') {
    const detail = { ...about, reason: 'rules' as const, violations: outcome.violations };
    await bus.publish([eventOf({ type: 'ChangeRejected', ...frame, detail })]);
  } else {
    const detail = { ...about, basedOn: outcome.basedOn, current: outcome.current };
    await bus.publish([eventOf({ type: 'ChangeConflicted', ...frame, detail })]);
  }
};

/**
 * The event of a change's record: accepted when it appears, and each state it comes to afterwards.
 *
 * @throws InvalidInputError for an item that is no change record; UnavailableError when its revision is not there
 */
export const emitDecision = async (before: FoundItem | undefined, item: FoundItem, ports: Ports): Promise<void> => {
  const record = changeRecordOf(item);
  // A record that appears is accepted, whatever it says: it may have been rebuilt after another region was made home.
  const events = before === undefined ? [await acceptedEvent(record, ports)] : [];
  const was = before === undefined ? 'accepted' : changeRecordOf(before).state;
  if (record.state !== was) events.push(...(await decidedEvents(record, ports)));
  if (events.length > 0) await ports.bus.publish(events);
};

const acceptedEvent = async (record: ChangeRecord, { region, flags }: Ports): Promise<FlaghoistEvent> => {
  const { flagKey, changeId, order, kind, documentDigest, envelopeDigest, causeId, acceptedAt } = record;
  const stored = await flags.revision(flagKey, order);
  if (stored === undefined) {
    throw new UnavailableError(
      `revision ${formatOrder(order)} of ${flagKey}`,
      'Revisions are never removed; restore it.',
    );
  }
  const { change, previousEnvelopeDigest } = parseEnvelope(stored.body);
  return eventOf({
    type: 'ChangeAccepted',
    identity: [changeId],
    region,
    at: acceptedAt,
    detail: {
      flagKey,
      changeId,
      order,
      kind,
      actor: change.actor,
      reason: change.reason,
      ...(causeId === undefined ? {} : { causeId }),
      documentDigest,
      envelopeDigest,
      previousEnvelopeDigest,
    },
  });
};

/** A decision that names nobody is told all the same. */
const blameOf = ({ blame }: ChangeRecord) => ({
  region: blame?.region ?? '',
  services: [...(blame?.services ?? [])],
});

const decidedEvents = async (record: ChangeRecord, { region, flags, changes }: Ports): Promise<FlaghoistEvent[]> => {
  const { flagKey, changeId, order, state, acceptedAt, decidedAt = acceptedAt } = record;
  const frame = { identity: [changeId], region, at: decidedAt };
  const about = { flagKey, changeId, order };
  switch (state) {
    case 'accepted':
      return [];
    case 'verified': {
      const good = await flags.knownGood(flagKey);
      const detail = { ...about, knownGood: good !== undefined && sameOrder(good.order, order) };
      return [eventOf({ type: 'ChangeVerified', ...frame, detail })];
    }
    case 'rolled-back': {
      const detail = { ...about, revertOrder: record.revertOrder ?? order, blame: blameOf(record) };
      return [eventOf({ type: 'ChangeRolledBack', ...frame, detail })];
    }
    case 'held': {
      const needs = record.needs === undefined ? {} : { needs: record.needs.map((need) => ({ ...need })) };
      const detail = { ...about, reason: record.holdReason ?? 'kind', blame: blameOf(record), ...needs };
      return [eventOf({ type: 'ChangeHeld', ...frame, detail })];
    }
    case 'superseded': {
      const detail = { ...about, ...(record.blame === undefined ? {} : { blame: blameOf(record) }) };
      return [eventOf({ type: 'ChangeSuperseded', ...frame, detail })];
    }
    case 'unverified': {
      const answered = new Set(
        (await changes.proofs(changeId)).filter(({ verdict }) => verdict !== 'unknown').map((proof) => proof.region),
      );
      const silentRegions = record.regions.filter((name) => !answered.has(name));
      return [eventOf({ type: 'ChangeUnverified', ...frame, detail: { ...about, silentRegions } })];
    }
  }
};
