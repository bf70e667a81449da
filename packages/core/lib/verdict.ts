import * as z from 'zod/mini';
import type { Audience } from './audience.ts';
import type { ChangeKind } from './change.ts';
import type { Held } from './compare-and-set.ts';
import { isTombstoneFor } from './held.ts';
import { isNewer, type Order } from './order.ts';

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
  /** `refusal`: its server answered, with this code, and let nothing be read. */
  | { readonly reachable: false; readonly refusal?: string | undefined }
  | {
      readonly reachable: true;
      readonly hasManifest: boolean;
      readonly held: Held | null;
      /** The stored field hashes to the digest that `held` names (for a tombstone: there is no field). */
      readonly intact: boolean;
    };

/** What a revision puts into a cache. */
export interface RevisionHoldings {
  readonly envelopeDigest: string;
  readonly documentDigest: string;
  /** Services outside it must hold a tombstone. */
  readonly audience: Audience;
}

/** The change that is being verified, as its expectation row names it. */
export interface ExpectedChange extends RevisionHoldings {
  readonly order: Order;
  readonly kind: ChangeKind;
}

/**
 * What came of offering a cache the flag's newest accepted revision: answered as taken; stored without an acknowledgement,
 * because only a full load says what else is missing; no answer; or refused by its server.
 */
export type OfferAnswer = 'taken' | 'incomplete' | 'silent' | { readonly refused: string };

export type ServiceReason =
  | 'holds'
  | 'holds-later'
  | 'holds-equal-document'
  // It holds the change because the look offered it.
  | 'mended'
  | 'absent'
  | 'older'
  | 'corrupt'
  | 'conflict'
  | 'wrong-tombstone'
  | 'ahead'
  | 'no-manifest'
  | 'unreachable'
  | 'no-answer'
  | 'refused'
  | 'later-revision-not-known-here'
  | 'refused-by-region';

/** What a look names from the second one on: these caches say nothing of the change, or not yet. */
export const namedReasons: ReadonlySet<ServiceReason> = new Set(['refused', 'unreachable', 'no-answer', 'no-manifest']);

/** What the acknowledgement lines say beside the cache. `cache-only`: logging is broken. `log-only`: lost since. */
export type Evidence = 'log-and-cache' | 'cache-only' | 'log-only' | 'none';

export interface ServiceVerdict {
  readonly service: string;
  readonly verdict: Verdict;
  readonly reason: ServiceReason;
  readonly evidence: Evidence;
  /** The Redis that serves the service's slot. */
  readonly redis: string;
  /** The look offered it the newest revision. */
  readonly offered: boolean;
  /** The code with which its server refused. */
  readonly error?: string | undefined;
}

export interface ServiceQuestion {
  service: string;
  redis: string;
  change: ExpectedChange;
  observation: CacheObservation;
  /** A line showed this order, or a later one, for this service. */
  logged: boolean;
  /** `LATE_AFTER_MS` have passed since the region's expectation row. */
  late: boolean;
  /** What it answered before this look, if it was offered anything. */
  offer?: OfferAnswer | undefined;
  /** A revision of this flag, as this region's replica knows it. */
  revisionAt: (order: Order) => RevisionHoldings | undefined;
  /** What it holds may be a revision that has not been replicated to this region yet. */
  mayBeOnItsWay: boolean;
}

/** The verdict table of the design, for one service. */
export const judgeService = (question: ServiceQuestion): ServiceVerdict => {
  const { service, redis, logged, offer } = question;
  const { verdict, reason, error } = compare(question);
  return {
    service,
    verdict,
    reason,
    evidence: evidenceOf(verdict, logged),
    redis,
    offered: offer !== undefined,
    ...(error === undefined ? {} : { error }),
  };
};

type Finding = Pick<ServiceVerdict, 'verdict' | 'reason' | 'error'>;

const unknown = (reason: ServiceReason): Finding => ({ verdict: 'unknown', reason });
const wrong = (reason: ServiceReason): Finding => ({ verdict: 'inconsistent', reason });

const compare = (question: ServiceQuestion): Finding => {
  const { service, change, observation, offer, revisionAt } = question;
  if (!observation.reachable) return unread(question);
  const { held, hasManifest, intact } = observation;
  if (isBehind(service, change, observation)) return behind(question);
  if (held === null || !hasManifest) return unknown('no-manifest');

  const isLater = isNewer(held.order, change.order);
  const revision = isLater ? revisionAt(held.order) : change;
  if (revision === undefined) return notKnown(question);
  // Rule 14: a cache that the reverted change never reached already serves what the revert brings back.
  if (isNewer(change.order, held.order)) return { verdict: 'consistent', reason: 'holds-equal-document' };
  if (held.digest !== revision.envelopeDigest) return wrong('conflict');
  if (held.tombstone !== isTombstoneFor(service, revision)) return wrong('wrong-tombstone');
  if (!intact) return wrong('corrupt');
  if (isLater) return { verdict: 'consistent', reason: 'holds-later' };
  return { verdict: 'consistent', reason: offer === 'taken' ? 'mended' : 'holds' };
};

/** Whether a look finds the change older, absent or unloaded in a cache: what it is offered for (rule 9). */
export const isBehind = (service: string, change: ExpectedChange, observation: CacheObservation): boolean => {
  // Its server answers: the offer tells whether it would take anything.
  if (!observation.reachable) return observation.refusal !== undefined;
  const { held, hasManifest, intact } = observation;
  if (!hasManifest || held === null) return true;
  if (!isNewer(change.order, held.order)) return false;
  return !(change.kind === 'rolled-back' && intact && servesTheSame(held, service, change));
};

/** Nobody finds a cache behind that was not offered the change just now; before the 15 s it is only late. */
const behind = ({ observation, late, offer }: ServiceQuestion): Finding => {
  const isLoaded = observation.reachable && observation.hasManifest;
  const isAbsent = observation.reachable && observation.held === null;
  const reason = !isLoaded ? 'no-manifest' : isAbsent ? 'absent' : 'older';
  if (!late || offer === undefined) return unknown(reason);
  if (typeof offer === 'object') return { verdict: 'refusing', reason: 'refused', error: offer.refused };
  if (offer === 'silent') return unknown('no-answer');
  return offer === 'taken' && isLoaded ? wrong(reason) : unknown('no-manifest');
};

const unread = ({ late, offer }: ServiceQuestion): Finding =>
  late && typeof offer === 'object'
    ? { verdict: 'refusing', reason: 'refused', error: offer.refused }
    : unknown('unreachable');

/** The fast path outruns replication: a revision that this region has not seen yet is neither proof nor fault. */
const notKnown = ({ late, mayBeOnItsWay }: ServiceQuestion): Finding =>
  late && !mayBeOnItsWay ? wrong('ahead') : unknown('later-revision-not-known-here');

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
