import type { Look, Verdict } from './verdict.ts';

/** A cache whose server refused what was offered to it. */
export interface RefusingCache {
  readonly service: string;
  readonly redis: string;
  /** The code of the server's answer: READONLY, LOADING, OOM, … */
  readonly error: string;
  /** When the Redis first refused, in the region's words: the name of its outage. `null`: the region did not say. */
  readonly outageSince: number | null;
}

/** What one region has said of a change. A consistent proof is kept for good: it was seen. */
export interface Proof {
  readonly region: string;
  readonly verdict: Verdict;
  /** The services to blame for the verdict. */
  readonly services: readonly string[];
  /** Those of them that fail other changes too, or lie together with others of their Redis (rule 15). */
  readonly degraded: readonly string[];
  /** Which look this was: home asks for the second after 30 s, for the third after 87 s. */
  readonly look: Look;
  /** Before the first of its caches was read, epoch milliseconds: the answer counts as of then. */
  readonly seenAt: number;
  /** How many of the expected caches were seen holding the change. */
  readonly holding: number;
  readonly refusing: readonly RefusingCache[];
  /** What is wrong with an item that somebody else wrote, or broke. Such a proof says nothing. */
  readonly unreadable?: string | undefined;
}

/** Whether a new answer of a region replaces the one on record: a proof is never unsaid, and old news replaces no other. */
export const supersedesProof = (recorded: Proof | undefined, answer: Proof): boolean =>
  answer.verdict === 'consistent' ||
  recorded === undefined ||
  (recorded.verdict !== 'consistent' && answer.seenAt >= recorded.seenAt);

/** An answer that finds fault counts for so long after its caches were seen (rule 13). */
export const OLD_NEWS_MS = 30_000;

export const isOldNews = ({ seenAt }: Proof, now: number): boolean => now - seenAt > OLD_NEWS_MS;

/** Every cache at fault fails other changes too: it is the cache. */
export const isDegraded = ({ services, degraded }: Pick<Proof, 'services' | 'degraded'>): boolean =>
  services.length > 0 && services.every((service) => degraded.includes(service));
