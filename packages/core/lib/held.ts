import { type Audience, isMember } from './audience.ts';
import { digestOf } from './canonical-json.ts';
import type { Held } from './compare-and-set.ts';
import type { Envelope } from './envelope.ts';
import { orderOf } from './order.ts';

/** The `documentDigest` of an archived flag. */
const NO_DOCUMENT_DIGEST = digestOf(null);

interface Revision {
  readonly audience: Audience;
  readonly documentDigest: string;
}

/** Whether a service must hold a tombstone: the flag is archived, or the service has left its audience (rule 7). */
export const isTombstoneFor = (service: string, { audience, documentDigest }: Revision): boolean =>
  documentDigest === NO_DOCUMENT_DIGEST || !isMember(audience, service);

/** What a service's cache holds once it has applied a revision. */
export const heldOf = (service: string, envelope: Envelope): Held => ({
  order: orderOf(envelope),
  digest: envelope.envelopeDigest,
  documentDigest: envelope.documentDigest,
  tombstone: isTombstoneFor(service, envelope),
});

/**
 * Whether a full load or the reconciler has to write this revision, the flag's CURRENT, into a cache that holds an older
 * one or none (rules 7 and 12). A departed service that holds nothing needs its tombstone too: it is expected to
 * acknowledge it, and an older message may still arrive.
 */
export const isDue = (
  service: string,
  { audience, departed }: Pick<Envelope, 'audience' | 'departed'>,
  held: Held | null,
): boolean => isMember(audience, service) || departed.includes(service) || (held !== null && !held.tombstone);
