import { isMember } from '@flaghoist/core/audience';
import { isCanaryRevision, isShadow } from '@flaghoist/core/canary';
import type { ApplyOutcome } from '@flaghoist/core/compare-and-set';
import { healsByItself } from '@flaghoist/core/dead-letter';
import { CacheRefusedError } from '@flaghoist/core/errors';
import { isNewer } from '@flaghoist/core/order';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { Random } from '@flaghoist/core/ports/random';
import type { CacheResult, CacheWrite, ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import { createAcknowledge } from './acknowledge.ts';
import { writeFor } from './cache-write.ts';
import type { FlagMessage, MessageReader } from './message-reader.ts';
import { retryInPlace } from './retry-in-place.ts';

export interface ApplyMessagePorts {
  region: string;
  read: MessageReader;
  cache: Pick<ServiceCache, 'apply' | 'inspect' | 'redisOf'>;
  verification: Pick<VerificationStore, 'noteFailedWrites'>;
  /** The region's replica: asked only for messages that come late. */
  flags: Pick<FlagStore, 'current'>;
  acknowledgements: AcknowledgementLog;
  clock: Clock;
  random: Random;
  log: Logger;
  metrics: Metrics;
}

/** From then on after its acceptance a message is late, though it comes for the first time. */
const LATE_MS = 60_000;

/** A message as its queue hands it over. */
export interface Delivery {
  readonly body: string;
  /** How often, this time included. */
  readonly received: number;
  /** What its way from the publisher into the queue took, as far as it says so. */
  readonly fanOutMs: number | undefined;
}

/**
 * Puts one message into one service's cache and writes its acknowledgement line.
 *
 * @throws InvalidInputError, DigestMismatchError, RefusedByRulesError for a message that no cache may get
 * @throws UnavailableError when the cache stayed out of reach
 */
export const createApplyMessage = (ports: ApplyMessagePorts) => {
  const { region, read, cache, verification, clock, log, metrics } = ports;
  const acknowledge = createAcknowledge(ports);

  /** Received again, or long after its acceptance. Hardly any is: the others are not held up by a question to the replica. */
  const comesLate = ({ envelope }: FlagMessage, received: number): boolean =>
    received > 1 || clock.now() - envelope.at.accepted >= LATE_MS;

  /** The replica has gone on: what is due comes by another message. */
  const isOvertaken = async ({ envelope, live }: FlagMessage): Promise<boolean> => {
    const current = await ports.flags.current(envelope.flagKey);
    return current !== undefined && isNewer(current.order, live.order);
  };

  /** Late messages bring nothing back (rule 5): not applied, and said so with what the cache holds. */
  const drop = async (service: string, message: FlagMessage): Promise<ApplyOutcome> => {
    const { flagKey } = message.envelope;
    const contents = (await cache.inspect([service], [flagKey])).get(service);
    const held = contents?.reachable ? contents.flags.get(flagKey)?.held : undefined;
    if (held) acknowledge({ service, message, outcome: 'stale', held });
    log.info('late message dropped', { region, service, flagKey, order: message.live.order });
    return 'stale';
  };

  /** Counted, so that a Redis is named that fails often, though every change reaches it in the end (rule 15). */
  const noteFailure = async (service: string, failure: unknown): Promise<void> => {
    const redis = cache.redisOf(service);
    const code = failure instanceof CacheRefusedError ? failure.serverCode : null;
    try {
      await verification.noteFailedWrites({ redis, count: 1, error: code, at: clock.now() });
    } catch (error) {
      log.warn('failed write not noted', { region, redis, error });
    }
  };

  const putAgain = async (service: string, write: CacheWrite, first: unknown): Promise<CacheResult> => {
    try {
      return await retryInPlace(ports, first, () => cache.apply(service, write));
    } catch (last) {
      if (healsByItself(last)) await noteFailure(service, last);
      throw last;
    }
  };

  const put = async (service: string, write: CacheWrite): Promise<CacheResult> => {
    try {
      return await cache.apply(service, write);
    } catch (first) {
      return putAgain(service, write, first);
    }
  };

  /** Once for each cache: whoever is told of the change again finds it there. */
  const measure = (service: string, { envelope }: FlagMessage, fanOutMs: number | undefined): void => {
    if (isCanaryRevision(envelope)) return;
    const { flagKey, change, kind, at } = envelope;
    const now = clock.now();
    metrics.measure(
      {
        'fan-out': fanOutMs,
        caches: now - at.accepted,
        rollback: kind === 'rolled-back' ? now - at.proposed : undefined,
      },
      { service, flagKey, changeId: change.id },
    );
  };

  return async (service: string, { body, received, fanOutMs }: Delivery): Promise<ApplyOutcome> => {
    const message = read(body);
    if (comesLate(message, received) && (await isOvertaken(message))) return drop(service, message);
    const write = writeFor(message, service, { repair: false });
    const result = await put(service, write);
    const { envelope } = message;
    const left = result.outcome === 'applied' && !isMember(envelope.audience, service);
    const outcome = left ? 'departed' : result.outcome;
    acknowledge({ service, message, outcome, held: result.held });
    if (result.outcome === 'applied') measure(service, message, fanOutMs);
    if (outcome === 'conflict') {
      // In the canary's cache that is planted on purpose; who finds nothing of it says so.
      const isPlanted = isShadow(service) && isCanaryRevision(envelope);
      log[isPlanted ? 'warn' : 'error']('cache holds another content under the same order', {
        region,
        service,
        flagKey: envelope.flagKey,
        changeId: envelope.change.id,
        order: write.incoming.order,
        heldDigest: result.held.digest,
      });
    }
    return outcome;
  };
};
