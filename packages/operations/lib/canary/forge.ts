import { parseEnvelope, seal, serialiseEnvelope } from '@flaghoist/core/envelope';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';

/**
 * A message with the next revision of a flag that nobody has accepted, sound by all that the rules of a region look at: the
 * cache that takes it holds another content than the next change under the same order, which is a wrong cache.
 *
 * @param current CURRENT, an update of its author
 * @param now epoch milliseconds: what is ahead of CURRENT is on its way for a minute, and nothing to be alarmed about
 */
export const forgedNext = (current: StoredRevision, now: number): string => {
  const { documentDigest: _document, envelopeDigest, ...envelope } = parseEnvelope(current.body);
  const { epoch, revision, flagState, evidence, change } = envelope;
  return serialiseEnvelope(
    seal({
      ...envelope,
      revision: revision + 1,
      kind: 'updated',
      previousEnvelopeDigest: envelopeDigest,
      evidence: { ...evidence, current: { epoch, revision, envelopeDigest, flagState } },
      change: { ...change, id: `planted-${now}` },
      at: { proposed: now, accepted: now },
    }),
  );
};
