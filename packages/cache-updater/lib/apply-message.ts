import { isMember } from '@flaghoist/core/audience';
import type { ApplyOutcome } from '@flaghoist/core/compare-and-set';
import { isNewer } from '@flaghoist/core/order';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import type { CacheResult, ServiceCache } from '@flaghoist/core/ports/service-cache';
import { createAcknowledge } from './acknowledge.ts';
import { writeFor } from './cache-write.ts';
import type { FlagMessage, MessageReader } from './message-reader.ts';
import { retryInPlace } from './retry-in-place.ts';

export interface ApplyMessagePorts {
  region: string;
  read: MessageReader;
  cache: Pick<ServiceCache, 'apply' | 'inspect'>;
  /** The region's replica: asked only for messages that come late. */
  flags: Pick<FlagStore, 'current'>;
  acknowledgements: AcknowledgementLog;
  clock: Clock;
  random: Random;
  log: Logger;
}

/** From then on after its acceptance a message is late, though it comes for the first time. */
const LATE_MS = 60_000;

/**
 * Puts one message into one service's cache and writes its acknowledgement line.
 *
 * @param received how often this message was received, this time included
 * @throws InvalidInputError, DigestMismatchError, RefusedByRulesError for a message that no cache may get
 * @throws UnavailableError when the cache stayed out of reach
 */
export const createApplyMessage = (ports: ApplyMessagePorts) => {
  const { region, read, cache, clock, log } = ports;
  const acknowledge = createAcknowledge(ports);

  /** Received again, or long after its acceptance, and the replica has gone on: what is due comes by another message. */
  const isOvertaken = async ({ envelope, live }: FlagMessage, received: number): Promise<boolean> => {
    if (received <= 1 && clock.now() - envelope.at.accepted < LATE_MS) return false;
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

  return async (service: string, body: string, received: number): Promise<ApplyOutcome> => {
    const message = read(body);
    if (await isOvertaken(message, received)) return drop(service, message);
    const write = writeFor(message, service, { repair: false });
    let result: CacheResult;
    try {
      result = await cache.apply(service, write);
    } catch (error) {
      result = await retryInPlace(ports, error, () => cache.apply(service, write));
    }
    const { envelope } = message;
    const left = result.outcome === 'applied' && !isMember(envelope.audience, service);
    const outcome = left ? 'departed' : result.outcome;
    acknowledge({ service, message, outcome, held: result.held });
    if (outcome === 'conflict') {
      log.error('cache holds another content under the same order', {
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
