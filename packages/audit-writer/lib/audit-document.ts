import type { Envelope } from '@flaghoist/core/envelope';
import { type EventOf, eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';

/** The document of an event. Its id is the event's, so that a repeated event is one document. */
export const documentOf = ({ id, type, region, at, detail }: FlaghoistEvent): AuditDocument => ({
  id,
  type,
  ...('flagKey' in detail ? { flagKey: detail.flagKey } : {}),
  ...('changeId' in detail && detail.changeId !== undefined ? { changeId: detail.changeId } : {}),
  region,
  at,
  detail,
});

/** The id under which the acceptance of a change stands in the trail. */
export const acceptanceIdOf = (changeId: string): string => `ChangeAccepted:${changeId}`;

/** The acceptance of a revision, word for word as its event told it. */
export const acceptanceOf = (envelope: Envelope, region: string): EventOf<'ChangeAccepted'> => {
  const { flagKey, epoch, revision, kind, change, at } = envelope;
  const { documentDigest, envelopeDigest, previousEnvelopeDigest } = envelope;
  return eventOf({
    type: 'ChangeAccepted',
    identity: [change.id],
    region,
    at: at.accepted,
    detail: {
      flagKey,
      changeId: change.id,
      order: { epoch, revision },
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
