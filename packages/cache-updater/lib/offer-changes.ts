import type { ChangeKey } from '@flaghoist/core/change';
import { CacheRefusedError, isRetryable } from '@flaghoist/core/errors';
import { createExpected } from '@flaghoist/core/expected';
import { type EncodedOffers, encodeOffers, type FlagOffer } from '@flaghoist/core/offers';
import { compareOrders } from '@flaghoist/core/order';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { LoadRequests } from '@flaghoist/core/ports/load-requests';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { CacheContents, ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { ExpectRow, VerificationStore } from '@flaghoist/core/ports/verification-store';
import { observationOf } from '@flaghoist/core/region-judgement';
import { isBehind, LATE_AFTER_MS, type OfferAnswer } from '@flaghoist/core/verdict';
import { createAcknowledge } from './acknowledge.ts';
import { writeFor } from './cache-write.ts';
import type { FlagMessage, MessageReader } from './message-reader.ts';
import type { OfferInput } from './offer-input.ts';
import { createWithin } from './within.ts';

export interface OfferPorts {
  region: string;
  read: MessageReader;
  cache: Pick<ServiceCache, 'inspect' | 'apply'>;
  flags: Pick<FlagStore, 'current' | 'revision'>;
  verification: Pick<VerificationStore, 'row' | 'refusalOf'>;
  topology: TopologySource;
  loads: LoadRequests;
  acknowledgements: AcknowledgementLog;
  clock: Clock;
  log: Logger;
}

/** What reading caches may take, and then offering: together below the lease of the window. */
const READ_MS = 4_000;
const OFFER_MS = 4_000;
const AT_ONCE = 50;

/** What a cache is offered, and to which ones. */
interface Due {
  readonly flagKey: string;
  readonly message: FlagMessage;
  readonly services: readonly string[];
}

/**
 * Offers the newest accepted revision to exactly the caches that are found older, absent or unloaded 15 s after their row
 * (rule 9): compare-and-set under the standing rules, without the right to repair, and whatever the reconciler leaves
 * alone. Its answers are the findings of the comparison that follows. Whoever does not answer in time is silent.
 */
export const createOfferChanges = (ports: OfferPorts) => {
  const { region, read, cache, flags, verification, topology, loads, clock, log } = ports;
  const acknowledge = createAcknowledge(ports);
  const within = createWithin(clock);

  const lateRows = async (keys: readonly ChangeKey[]): Promise<readonly ExpectRow[]> => {
    const now = clock.now();
    const rows = await Promise.all(keys.map((key) => verification.row(key)));
    return rows
      .filter((row) => row !== undefined)
      .filter(
        ({ answer, refusal, expectedAt }) => answer === 'open' && refusal === null && now >= expectedAt + LATE_AFTER_MS,
      );
  };

  /** The newest accepted revision that this region does not refuse; at least the change that is looked for. */
  const messageFor = async (
    flagKey: string,
    rows: readonly ExpectRow[],
    current: StoredRevision | undefined,
  ): Promise<FlagMessage | undefined> => {
    const wanted = rows.reduce((a, b) => (compareOrders(a.order, b.order) >= 0 ? a : b)).order;
    for (const order of current === undefined ? [wanted] : [current.order, wanted]) {
      try {
        const stored = await flags.revision(flagKey, order);
        if (stored === undefined || (await verification.refusalOf(flagKey, stored.order)) !== undefined) continue;
        return read(stored.body);
      } catch (error) {
        log.warn('revision not offered', { region, flagKey, error });
        if (isRetryable(error)) return undefined;
      }
    }
    return undefined;
  };

  const lookForBehind = async (rows: readonly ExpectRow[], topologyVersion: number): Promise<readonly Due[]> => {
    const expectedOf = createExpected(topology, await topology.at(topologyVersion));
    const expected = new Map(await Promise.all(rows.map(async (row) => [row, (await expectedOf(row)) ?? []] as const)));
    const services = [...new Set([...expected.values()].flat())];
    const flagKeys = [...new Set(rows.map(({ flagKey }) => flagKey))];
    const caches = await within(READ_MS, cache.inspect(services, flagKeys));
    if (caches === undefined) return [];
    const behindOf = (row: ExpectRow): readonly string[] =>
      (expected.get(row) ?? []).filter((service) => isDue(service, row, caches));
    const behind = rows.filter((row) => behindOf(row).length > 0);
    const due = [...Map.groupBy(behind, ({ flagKey }) => flagKey)].map(async ([flagKey, found]): Promise<Due[]> => {
      const current = await flags.current(flagKey);
      // A REVISION above CURRENT is none yet: CURRENT is on its way, or nobody accepted it.
      const about = found.filter(({ order }) => current === undefined || compareOrders(order, current.order) <= 0);
      if (about.length === 0) return [];
      const message = await messageFor(flagKey, about, current);
      return message === undefined ? [] : [{ flagKey, message, services: [...new Set(about.flatMap(behindOf))] }];
    });
    return (await Promise.all(due)).flat();
  };

  const offer = async (service: string, message: FlagMessage): Promise<OfferAnswer> => {
    try {
      const { outcome, held } = await cache.apply(service, writeFor(message, service, { repair: false }));
      acknowledge({ service, message, outcome, held });
      return outcome === 'applied-incomplete' ? 'incomplete' : 'taken';
    } catch (error) {
      if (error instanceof CacheRefusedError) return { refused: error.serverCode };
      log.warn('offer without an answer', { region, service, flagKey: message.envelope.flagKey, error });
      return 'silent';
    }
  };

  const offerAll = async (due: readonly Due[]): Promise<readonly FlagOffer[]> => {
    const endsAt = clock.now() + OFFER_MS;
    const answers = new Map(due.map(({ flagKey, services }) => [flagKey, new Map(services.map(silent))]));
    const left = due
      .flatMap(({ flagKey, message, services }) => services.map((service) => ({ flagKey, message, service })))
      .values();
    const offerNext = async (): Promise<void> => {
      for (const { flagKey, message, service } of left) {
        const answer = await within(endsAt - clock.now(), offer(service, message));
        // What comes after the time is over comes into the cache all the same; nobody waits for it.
        if (answer === undefined) return;
        answers.get(flagKey)?.set(service, answer);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, offerNext));
    return due.map(({ flagKey, message: { live, body } }) => ({
      flagKey,
      order: live.order,
      bytes: Buffer.byteLength(body),
      answers: answers.get(flagKey) ?? new Map(),
    }));
  };

  const askForLoads = async (offers: readonly FlagOffer[]): Promise<void> => {
    const unloaded = new Set(
      offers.flatMap(({ answers }) =>
        [...answers].flatMap(([service, answer]) => (answer === 'incomplete' ? [service] : [])),
      ),
    );
    const asked = await Promise.allSettled([...unloaded].map((service) => loads.request(service)));
    // The reconciler asks for it within a minute.
    for (const { status } of asked) if (status === 'rejected') log.warn('full load not requested', { region });
  };

  return async ({ ripe, topologyVersion }: OfferInput): Promise<EncodedOffers> => {
    const rows = await lateRows(ripe.map(({ key }) => key));
    const offers = rows.length === 0 ? [] : await offerAll(await lookForBehind(rows, topologyVersion));
    await askForLoads(offers);
    if (offers.length > 0) {
      const count = offers.reduce((sum, { answers }) => sum + answers.size, 0);
      log.warn('caches offered what they did not hold', { region, flags: offers.length, offers: count });
    }
    return encodeOffers(
      offers,
      ripe.map(({ key }) => key.flagKey),
    );
  };
};

const silent = (service: string): [string, OfferAnswer] => [service, 'silent'];

const isDue = (service: string, row: ExpectRow, caches: ReadonlyMap<string, CacheContents>): boolean =>
  isBehind(service, row, observationOf(caches.get(service), row.flagKey));
