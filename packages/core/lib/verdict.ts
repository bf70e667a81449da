import * as z from 'zod/mini';
import type { Audience } from './audience.ts';
import type { ChangeKind } from './change.ts';
import type { Held } from './compare-and-set.ts';
import { isTombstoneFor } from './held.ts';
import { compareOrders, type Order } from './order.ts';

/** The user's limit for a scan, counted from the region's own expectation row: until then an old cache is only late. */
export const LATE_AFTER_MS = 15_000;

export const verdicts = ['consistent', 'unknown', 'refusing', 'inconsistent'] as const;
/** `refusing`: a server refused what was offered. Nobody judges by it before the third look (rules 9 and 15). */
export type Verdict = (typeof verdicts)[number];

/**
 * The looks at a change's caches: the region's own, as soon as the log shows every cache and at the latest 15 s after its
 * row, then those that home asks for, 30 s and 87 s after acceptance.
 */
export const looks = [1, 2, 3] as const;
export type Look = (typeof looks)[number];
export const lookSchema = z.literal(looks);

/** What one look at a service's cache showed of one flag. */
export type CacheObservation =
  | { readonly reachable: false }
  | {
      readonly reachable: true;
      readonly hasManifest: boolean;
      readonly held: Held | null;
      /** The stored field hashes to the digest that `held` names (for a tombstone: there is no field). */
      readonly intact: boolean;
    };

/** The change that is being verified, as its expectation row names it. */
export interface ExpectedChange {
  readonly order: Order;
  readonly envelopeDigest: string;
  readonly documentDigest: string;
  readonly kind: ChangeKind;
  /** Services outside it must hold a tombstone. */
  readonly audience: Audience;
}

export type ServiceReason =
  | 'holds'
  | 'holds-later'
  | 'holds-equal-document'
  | 'absent'
  | 'older'
  | 'corrupt'
  | 'conflict'
  | 'no-manifest'
  | 'unreachable'
  | 'later-revision-not-known-here'
  | 'refused-by-region';

/** What the acknowledgement lines say beside the cache. `cache-only`: logging is broken. `log-only`: lost since. */
export type Evidence = 'log-and-cache' | 'cache-only' | 'log-only' | 'none';

export interface ServiceVerdict {
  readonly service: string;
  readonly verdict: Verdict;
  readonly reason: ServiceReason;
  readonly evidence: Evidence;
}

export interface ServiceQuestion {
  service: string;
  change: ExpectedChange;
  observation: CacheObservation;
  /** A line showed this order, or a later one, for this service. */
  logged: boolean;
  /** `LATE_AFTER_MS` have passed since the region's expectation row. */
  late: boolean;
  /** The digest of a revision of this flag, as this region's replica knows it. */
  digestOfRevision: (order: Order) => string | undefined;
  /** No message of this flag's service waits in its queue or dead-letter queue. */
  queueEmpty: boolean;
}

/** The verdict table of the design, for one service. */
export const judgeService = (question: ServiceQuestion): ServiceVerdict => {
  const { service, logged } = question;
  const { verdict, reason } = compare(question);
  return { service, verdict, reason, evidence: evidenceOf(verdict, logged) };
};

type Finding = Pick<ServiceVerdict, 'verdict' | 'reason'>;

const compare = ({ service, change, observation, late, digestOfRevision, queueEmpty }: ServiceQuestion): Finding => {
  const wrong = (reason: ServiceReason): Finding => ({ verdict: late ? 'inconsistent' : 'unknown', reason });
  if (!observation.reachable) return { verdict: 'unknown', reason: 'unreachable' };
  const { held, hasManifest, intact } = observation;
  if (!hasManifest) return wrong('no-manifest');
  if (held === null) return wrong('absent');
  if (!intact) return wrong('corrupt');

  const ahead = compareOrders(held.order, change.order);
  if (ahead === 0)
    return held.digest === change.envelopeDigest ? { verdict: 'consistent', reason: 'holds' } : wrong('conflict');
  if (ahead > 0) {
    const known = digestOfRevision(held.order);
    // The fast path outruns replication: a revision this region has not seen yet is neither proof nor fault.
    if (known === undefined) return { verdict: 'unknown', reason: 'later-revision-not-known-here' };
    return held.digest === known ? { verdict: 'consistent', reason: 'holds-later' } : wrong('conflict');
  }
  // Rule 14: a cache that the reverted change never reached already serves what the revert brings back, unless an
  // older message is still on its way to it.
  if (change.kind === 'rolled-back' && servesTheSame(held, service, change) && queueEmpty) {
    return { verdict: 'consistent', reason: 'holds-equal-document' };
  }
  return wrong('older');
};

/** Members must hold the document; services that left must hold a tombstone, though it carries the same digest. */
const servesTheSame = (held: Held, service: string, change: ExpectedChange): boolean =>
  isTombstoneFor(service, change) ? held.tombstone : !held.tombstone && held.documentDigest === change.documentDigest;

const evidenceOf = (verdict: Verdict, logged: boolean): Evidence => {
  if (verdict === 'consistent') return logged ? 'log-and-cache' : 'cache-only';
  return logged ? 'log-only' : 'none';
};

const severity: Readonly<Record<Verdict, number>> = { consistent: 0, unknown: 1, refusing: 2, inconsistent: 3 };

/** inconsistent > refusing > unknown > consistent. An empty list counts as consistent. */
export const worst = (verdicts: Iterable<Verdict>): Verdict => {
  let result: Verdict = 'consistent';
  for (const verdict of verdicts) if (severity[verdict] > severity[result]) result = verdict;
  return result;
};
