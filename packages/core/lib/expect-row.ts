import { changeKeyOf, type Envelope } from './envelope.ts';
import type { ExpectRow } from './ports/verification-store.ts';

/** What a region expects of its caches from `expectedAt` on, once it was handed this revision. */
export const expectRowOf = (
  envelope: Omit<Envelope, 'document' | 'evidence'>,
  { expectedAt, refusal }: Pick<ExpectRow, 'expectedAt' | 'refusal'>,
): ExpectRow => ({
  ...changeKeyOf(envelope),
  kind: envelope.kind,
  envelopeDigest: envelope.envelopeDigest,
  documentDigest: envelope.documentDigest,
  audience: envelope.audience,
  departed: envelope.departed,
  topologyVersion: envelope.topologyVersion,
  expectedAt,
  answer: 'open',
  look: 1,
  refusal,
});
