import { parseEnvelope } from './envelope.ts';
import { type EventOf, eventOf } from './events.ts';
import { acceptedAtOf, isIntact, recomputedDigest } from './intact.ts';
import type { FlagOffer } from './offers.ts';
import { isNewer, type Order, orderKey } from './order.ts';
import type { FlagStore } from './ports/flag-store.ts';
import type { CacheContents, CachedFlag, ServiceCache } from './ports/service-cache.ts';
import type { ExpectRow } from './ports/verification-store.ts';
import { rememberByText } from './remember.ts';
import {
  type CacheObservation,
  judgeService,
  type Look,
  namedReasons,
  type RevisionHoldings,
  type ServiceVerdict,
  type Verdict,
  worst,
} from './verdict.ts';

/** One change, and what is known of it before its caches are looked at. */
export interface RegionQuestion {
  readonly row: ExpectRow;
  /** The services that must hold it (`expectedServices`). */
  readonly expected: readonly string[];
  /** An acknowledgement line of the service shows the change, or a later one. */
  readonly isLogged: (service: string) => boolean;
  /** `LATE_AFTER_MS` have passed since the region's row. Taken before the caches are read, never after. */
  readonly late: boolean;
  /** What was offered to the caches just before this look. */
  readonly offer?: FlagOffer | undefined;
  /** When the caches are looked at, epoch milliseconds. */
  readonly now: number;
}

export interface RegionAnswer {
  readonly row: ExpectRow;
  readonly verdict: Verdict;
  /** One per expected service. */
  readonly services: readonly ServiceVerdict[];
  readonly offer?: FlagOffer | undefined;
}

interface JudgePorts {
  cache: Pick<ServiceCache, 'inspect' | 'redisOf'>;
  flags: Pick<FlagStore, 'revision'>;
}

/** Flags per look at the caches. What they hold alike is kept once: documents of 100 KB come to about 10 MB at a time. */
const FLAGS_PER_LOOK = 100;
/** How long a cache may be ahead of the replica: the fast path outruns replication. */
export const AHEAD_MS = 60_000;

/**
 * Looks at the caches of a region, each flag of each cache once, and judges them. The digests of stored bytes are
 * recomputed once per distinct body, which is normally once per change.
 */
export const createRegionJudge = (ports: JudgePorts) => {
  const digestOfBody = rememberByText(recomputedDigest);
  const holdingsOfBody = rememberByText((body): RevisionHoldings => parseEnvelope(body));

  const judgeSome = async (questions: readonly RegionQuestion[]): Promise<RegionAnswer[]> => {
    const services = [...new Set(questions.flatMap(({ expected }) => expected))];
    const flagKeys = [...new Set(questions.map(({ row }) => row.flagKey))];
    const caches = services.length === 0 ? new Map() : await ports.cache.inspect(services, flagKeys);
    const later = await laterRevisions(ports.flags, { questions, caches, holdingsOfBody });

    const judge = ({ row, isLogged, late, offer, now }: RegionQuestion, service: string): ServiceVerdict => {
      const contents = caches.get(service);
      return judgeService({
        service,
        redis: ports.cache.redisOf(service),
        change: row,
        observation: observationOf(contents, row.flagKey, digestOfBody),
        logged: isLogged(service),
        late,
        offer: offer?.answers.get(service),
        revisionAt: (order) => later.get(row.flagKey)?.get(orderKey(order)),
        // Asked of few caches, and reading it parses the whole envelope.
        get mayBeOnItsWay() {
          return isYoung(flagOf(contents, row.flagKey), now);
        },
      });
    };
    return questions.map((question) => {
      const verdicts = question.expected.map((service) => judge(question, service));
      const { row, offer } = question;
      return { row, verdict: worst(verdicts.map(({ verdict }) => verdict)), services: verdicts, offer };
    });
  };

  return async (questions: readonly RegionQuestion[]): Promise<RegionAnswer[]> => {
    const answers: RegionAnswer[] = [];
    const byFlag = [...Map.groupBy(questions, ({ row }) => row.flagKey).values()];
    for (let at = 0; at < byFlag.length; at += FLAGS_PER_LOOK) {
      answers.push(...(await judgeSome(byFlag.slice(at, at + FLAGS_PER_LOOK).flat())));
    }
    return answers;
  };
};

const NOTHING: CachedFlag = { held: null, stored: null };

const flagOf = (contents: CacheContents | undefined, flagKey: string): CachedFlag =>
  (contents?.reachable ? contents.flags.get(flagKey) : undefined) ?? NOTHING;

/** What a look at a cache shows of one flag. */
export const observationOf = (
  contents: CacheContents | undefined,
  flagKey: string,
  digestOfBody?: (body: string) => string | undefined,
): CacheObservation => {
  if (!contents?.reachable) return { reachable: false, refusal: contents?.refusal };
  const cached = flagOf(contents, flagKey);
  return {
    reachable: true,
    hasManifest: contents.manifest !== null,
    held: cached.held,
    intact: isIntact(cached, digestOfBody),
  };
};

/** Only sealed bytes say when they were accepted; a tombstone says nothing. */
const isYoung = ({ stored }: CachedFlag, now: number): boolean =>
  stored !== null && now - acceptedAtOf(stored) < AHEAD_MS;

interface Later {
  questions: readonly RegionQuestion[];
  caches: ReadonlyMap<string, CacheContents>;
  holdingsOfBody: (body: string) => RevisionHoldings;
}

/** By flag and order: what this region's replica knows of the later revisions that caches already hold. */
const laterRevisions = async (
  flags: JudgePorts['flags'],
  { questions, caches, holdingsOfBody }: Later,
): Promise<ReadonlyMap<string, ReadonlyMap<string, RevisionHoldings>>> => {
  const wanted = new Map<string, Map<string, Order>>();
  for (const { row, expected } of questions) {
    for (const service of expected) {
      const { held } = flagOf(caches.get(service), row.flagKey);
      if (!held || !isNewer(held.order, row.order)) continue;
      const orders = wanted.get(row.flagKey) ?? new Map<string, Order>();
      wanted.set(row.flagKey, orders.set(orderKey(held.order), held.order));
    }
  }
  const known = new Map<string, Map<string, RevisionHoldings>>();
  await Promise.all(
    [...wanted].flatMap(([flagKey, orders]) =>
      [...orders].map(async ([key, order]) => {
        const revision = await flags.revision(flagKey, order);
        if (revision === undefined) return;
        const revisions = known.get(flagKey) ?? new Map<string, RevisionHoldings>();
        known.set(flagKey, revisions.set(key, holdingsOfBody(revision.body)));
      }),
    ),
  );
  return known;
};

interface Reporting {
  region: string;
  observer: 'scan' | 'reconciler';
  /** Before the first cache was read, epoch milliseconds. */
  at: number;
  /** Services at fault that fail other changes too. */
  degraded: readonly string[];
  /** Of each Redis that refuses writes. */
  outages: ReadonlyMap<string, RedisOutage>;
  /** What instances claim, where any are alive. */
  instances?: EventOf<'RegionVerdict'>['detail']['instances'];
}

export interface RedisOutage {
  /** When it began, epoch milliseconds: its name. */
  readonly since: number;
  /** All services whose caches the Redis serves. */
  readonly serves: readonly string[];
}

/** From this look on caches are named that refuse, are out of reach, or are not loaded (rule 9). */
const NAMED_FROM: Look = 2;

/**
 * The event in which a region answers. It tells of every cache that does not hold the change, each with a verdict of its own:
 * only those whose verdict is the region's are to blame for it.
 */
export const regionVerdictOf = (
  { row, verdict, services, offer }: RegionAnswer,
  { region, observer, at, degraded, outages, instances }: Reporting,
): EventOf<'RegionVerdict'> => {
  const count = (evidence: string) => services.filter((service) => service.evidence === evidence).length;
  const failing = services.filter((service) => service.verdict !== 'consistent');
  const named = row.look < NAMED_FROM ? [] : failing.filter(({ reason }) => namedReasons.has(reason));
  return eventOf({
    type: 'RegionVerdict',
    identity: [row.changeId, row.flagKey, orderKey(row.order), region, observer, verdict, String(row.look)],
    region,
    at,
    detail: {
      flagKey: row.flagKey,
      changeId: row.changeId,
      order: row.order,
      region,
      verdict,
      expected: services.length,
      atFault: failing,
      degraded: [...degraded],
      evidence: { logAndCache: count('log-and-cache'), cacheOnly: count('cache-only'), logOnly: count('log-only') },
      observer,
      look: row.look,
      seenAt: at,
      named: named.map(({ service }) => service),
      redises: redisesAtFault(services, outages),
      ...(offer === undefined ? {} : { offered: { order: offer.order, bytes: offer.bytes } }),
      mended: services.filter(({ reason }) => reason === 'mended').length,
      ...(instances === undefined ? {} : { instances }),
    },
  });
};

const redisesAtFault = (services: readonly ServiceVerdict[], outages: Reporting['outages']) =>
  [...Map.groupBy(services, ({ redis }) => redis)]
    .filter(([, expected]) => expected.some(({ verdict }) => verdict !== 'consistent'))
    .map(([redis, expected]) => {
      const outage = outages.get(redis);
      return {
        redis,
        expected: expected.length,
        lyingTogether: lieTogether(expected),
        outageSince: outage?.since ?? null,
        ...(outage === undefined ? {} : { serves: [...outage.serves] }),
      };
    });

/** Two or more, and at least half of the expected caches of one Redis, that answered as taken and still hold older. */
const lieTogether = (expected: readonly ServiceVerdict[]): boolean => {
  const lying = expected.filter(({ verdict, offered }) => verdict === 'inconsistent' && offered);
  return lying.length >= 2 && lying.length * 2 >= expected.length;
};
