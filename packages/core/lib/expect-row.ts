import { changeKeyOf, type Envelope } from './envelope.ts';
import type { Clock } from './ports/clock.ts';
import type { ExpectRow, VerificationStore } from './ports/verification-store.ts';

/** A revision, as far as its row needs it. */
type ExpectedRevision = Omit<Envelope, 'document' | 'evidence'>;

/** What a region expects of its caches from `expectedAt` on, once it was handed this revision. */
export const expectRowOf = (
  envelope: ExpectedRevision,
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

export interface LateRowPorts {
  readonly region: string;
  readonly verification: Pick<VerificationStore, 'expect' | 'refusalOf'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Writes the row of a revision whose stream record was lost: its time is now, so that its caches are looked at from now on.
 *
 * @returns whether the row was missing; not so where the region is none of the revision's
 */
export const expectLate = async (
  envelope: ExpectedRevision,
  { region, verification, clock }: LateRowPorts,
): Promise<boolean> => {
  if (!envelope.regions.includes(region)) return false;
  const refusal = (await verification.refusalOf(envelope.flagKey, envelope)) ?? null;
  return (await verification.expect(expectRowOf(envelope, { expectedAt: clock.now(), refusal }))) === 'written';
};
