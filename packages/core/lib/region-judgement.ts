import { type EventOf, eventOf } from './events.ts';
import { isIntact, recomputedDigest } from './intact.ts';
import { isNewer, type Order, orderKey } from './order.ts';
import type { FlagStore } from './ports/flag-store.ts';
import type { CacheContents, ServiceCache } from './ports/service-cache.ts';
import type { ServiceQueues } from './ports/service-queues.ts';
import type { ExpectRow } from './ports/verification-store.ts';
import { rememberByText } from './remember.ts';
import { type CacheObservation, judgeService, type ServiceVerdict, type Verdict, worst } from './verdict.ts';

/** One change, and what is known of it before its caches are looked at. */
export interface RegionQuestion {
  readonly row: ExpectRow;
  /** The services that must hold it (`expectedServices`). */
  readonly expected: readonly string[];
  /** An acknowledgement line of the service shows the change, or a later one. */
  readonly isLogged: (service: string) => boolean;
  /** `LATE_AFTER_MS` have passed since the region's row. Taken before the caches are read, never after. */
  readonly late: boolean;
}

export interface RegionAnswer {
  readonly row: ExpectRow;
  readonly verdict: Verdict;
  /** One per expected service. */
  readonly services: readonly ServiceVerdict[];
}

interface JudgePorts {
  cache: Pick<ServiceCache, 'inspect'>;
  flags: Pick<FlagStore, 'revision'>;
  queues: Pick<ServiceQueues, 'pending'>;
}

/** Flags per look at the caches: with 156 services and envelopes of 2 kB, about 30 MB at a time. */
const FLAGS_PER_LOOK = 100;

/**
 * Looks at the caches of a region, each flag of each cache once, and judges them. The digests of stored bytes are
 * recomputed once per distinct body, which is normally once per change.
 */
export const createRegionJudge = (ports: JudgePorts) => {
  const digestOfBody = rememberByText(recomputedDigest);

  const judgeSome = async (questions: readonly RegionQuestion[]): Promise<RegionAnswer[]> => {
    const services = [...new Set(questions.flatMap(({ expected }) => expected))];
    const flagKeys = [...new Set(questions.map(({ row }) => row.flagKey))];
    const caches = new Map(services.length === 0 ? [] : await ports.cache.inspect(services, flagKeys));
    const digests = await laterDigests(ports.flags, questions, caches);

    const judge = ({ row, isLogged, late }: RegionQuestion, service: string, queueEmpty: boolean): ServiceVerdict =>
      judgeService({
        service,
        change: row,
        observation: observationOf(caches.get(service), row.flagKey, digestOfBody),
        logged: isLogged(service),
        late,
        digestOfRevision: (order) => digests.get(row.flagKey)?.get(orderKey(order)),
        queueEmpty,
      });

    const queueEmpty = await emptyQueues(ports.queues, questions, judge);
    // Looked at again: a message that left its queue between the two looks is in the cache by now.
    if (queueEmpty.size > 0) {
      for (const [service, contents] of await ports.cache.inspect([...queueEmpty], flagKeys)) {
        caches.set(service, contents);
      }
    }
    return questions.map((question) => {
      const verdicts = question.expected.map((service) => judge(question, service, queueEmpty.has(service)));
      return { row: question.row, verdict: worst(verdicts.map(({ verdict }) => verdict)), services: verdicts };
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

const observationOf = (
  contents: CacheContents | undefined,
  flagKey: string,
  digestOfBody: (body: string) => string | undefined,
): CacheObservation => {
  if (!contents?.reachable) return { reachable: false };
  const cached = contents.flags.get(flagKey) ?? { held: null, stored: null };
  return {
    reachable: true,
    hasManifest: contents.manifest !== null,
    held: cached.held,
    intact: isIntact(cached, digestOfBody),
  };
};

/** By flag and order: what this region's replica knows of the later revisions that caches already hold. */
const laterDigests = async (
  flags: JudgePorts['flags'],
  questions: readonly RegionQuestion[],
  caches: ReadonlyMap<string, CacheContents>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> => {
  const wanted = new Map<string, Map<string, Order>>();
  for (const { row, expected } of questions) {
    for (const service of expected) {
      const contents = caches.get(service);
      const held = contents?.reachable ? contents.flags.get(row.flagKey)?.held : undefined;
      if (!held || !isNewer(held.order, row.order)) continue;
      const orders = wanted.get(row.flagKey) ?? new Map<string, Order>();
      wanted.set(row.flagKey, orders.set(orderKey(held.order), held.order));
    }
  }
  const digests = new Map<string, Map<string, string>>();
  await Promise.all(
    [...wanted].flatMap(([flagKey, orders]) =>
      [...orders].map(async ([key, order]) => {
        const revision = await flags.revision(flagKey, order);
        if (revision === undefined) return;
        const known = digests.get(flagKey) ?? new Map<string, string>();
        digests.set(flagKey, known.set(key, revision.envelopeDigest));
      }),
    ),
  );
  return digests;
};

/** Asks only the queues whose answer would change a verdict. */
const emptyQueues = async (
  queues: JudgePorts['queues'],
  questions: readonly RegionQuestion[],
  judge: (question: RegionQuestion, service: string, queueEmpty: boolean) => ServiceVerdict,
): Promise<ReadonlySet<string>> => {
  const decisive = new Set<string>();
  for (const question of questions) {
    if (question.row.kind !== 'rolled-back') continue;
    for (const service of question.expected) {
      if (judge(question, service, false).verdict === 'consistent') continue;
      if (judge(question, service, true).verdict === 'consistent') decisive.add(service);
    }
  }
  const pending = await Promise.all([...decisive].map(async (name) => ({ name, count: await queues.pending(name) })));
  return new Set(pending.filter(({ count }) => count === 0).map(({ name }) => name));
};

interface Reporting {
  region: string;
  observer: 'scan' | 'reconciler';
  /** Epoch milliseconds. */
  at: number;
  /** Services at fault that fail other changes too. */
  degraded: readonly string[];
}

/**
 * The event in which a region answers. At fault are those whose verdict is the region's: an unreachable cache beside an
 * inconsistent one is not blamed.
 */
export const regionVerdictOf = (
  { row, verdict, services }: RegionAnswer,
  { region, observer, at, degraded }: Reporting,
): EventOf<'RegionVerdict'> => {
  const count = (evidence: string) => services.filter((service) => service.evidence === evidence).length;
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
      atFault:
        verdict === 'consistent'
          ? []
          : services
              .filter((service) => service.verdict === verdict)
              .map(({ service, reason, evidence }) => ({ service, reason, evidence })),
      degraded: [...degraded],
      evidence: { logAndCache: count('log-and-cache'), cacheOnly: count('cache-only'), logOnly: count('log-only') },
      observer,
      look: row.look,
      seenAt: at,
    },
  });
};
