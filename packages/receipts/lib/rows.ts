import { expectedServices } from '@flaghoist/core/audience';
import type { EventOf } from '@flaghoist/core/events';
import type { Proof } from '@flaghoist/core/proof';
import type { ChangeEvidence } from './change-evidence.ts';
import type { ReceiptRow } from './receipt.ts';

/** A region's answer, and the event that it was made of, as far as they are known. */
interface Answer {
  readonly region: string;
  readonly proof: Proof | undefined;
  readonly event: EventOf<'RegionVerdict'> | undefined;
}

/**
 * A row for each service that had to hold a change in a region when it was accepted. A region names the caches that are not
 * consistent, and counts those that are: a cache that it did not name is consistent only where the count says so.
 */
export const rowsOf = ({ region, proof, event }: Answer, evidence: ChangeEvidence): readonly ReceiptRow[] => {
  const { envelope, atAcceptance, now } = evidence;
  const services = expectedServices(envelope, atAcceptance, atAcceptance);
  const unseen = { region, evidence: 'none', reason: null, seenAt: null } as const;
  if (proof === undefined) return services.map((service) => ({ ...unseen, service, verdict: 'unknown' }));

  const still = new Set(expectedServices(envelope, atAcceptance, now));
  const looked = event?.detail.expected ?? services.length;
  const asked = looked === services.length ? new Set(services) : still;
  const named = namedIn(proof, event);
  const counted = proof.holding === [...asked].filter((service) => !named.has(service)).length;
  const { seenAt } = proof;
  return services.map((service): ReceiptRow => {
    if (!asked.has(service)) return { ...unseen, service, verdict: 'not-expected' };
    const finding = named.get(service);
    if (finding !== undefined) return { region, service, ...finding, seenAt };
    return counted
      ? { region, service, verdict: 'consistent', evidence: evidenceOf(event), reason: null, seenAt }
      : { ...unseen, service, verdict: 'unknown' };
  });
};

type Finding = Pick<ReceiptRow, 'verdict' | 'evidence' | 'reason'>;

const EVIDENCE: readonly string[] = ['log-and-cache', 'cache-only', 'log-only'] satisfies ReceiptRow['evidence'][];

const namedIn = (proof: Proof, event: Answer['event']): ReadonlyMap<string, Finding> => {
  const { verdict } = proof;
  if (verdict === 'consistent') return new Map();
  // Home's own item has less to say, and counts where the trail has not got the event.
  if (event === undefined)
    return new Map(proof.services.map((service) => [service, { verdict, evidence: 'none', reason: null }]));
  return new Map(
    event.detail.atFault.map(({ service, reason, evidence, verdict: own = verdict }) => [
      service,
      {
        verdict: own,
        reason,
        evidence: EVIDENCE.includes(evidence) ? (evidence as ReceiptRow['evidence']) : 'none',
      },
    ]),
  );
};

/** Of a cache that holds the change. */
const evidenceOf = (event: Answer['event']): ReceiptRow['evidence'] => {
  if (event === undefined) return 'cache';
  const { logAndCache, cacheOnly } = event.detail.evidence;
  if (cacheOnly === 0) return 'log-and-cache';
  return logAndCache === 0 ? 'cache-only' : 'cache';
};
