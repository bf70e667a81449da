import { type Envelope, seal, serialiseEnvelope } from '@flaghoist/core/envelope';
import { CURRENT_SK, flagPk } from '@flaghoist/core/storage/keys';
import type { Table } from '@flaghoist/in-memory/table';

/** An envelope with some of it exchanged and sealed anew: its digests are right, only nobody accepted it. */
export const resealed = (envelope: Envelope, changes: Partial<Envelope>): Envelope => {
  const { documentDigest: _document, envelopeDigest: _envelope, ...rest } = { ...envelope, ...changes };
  return seal(rest);
};

/** Writes an envelope as CURRENT straight into a region's table, as somebody with too many rights could. */
export const putCurrent = (table: Table, envelope: Envelope, body = serialiseEnvelope(envelope)): void => {
  table.put({
    pk: flagPk(envelope.flagKey),
    sk: CURRENT_SK,
    epoch: envelope.epoch,
    revision: envelope.revision,
    envelopeDigest: envelope.envelopeDigest,
    envelope: body,
  });
};
