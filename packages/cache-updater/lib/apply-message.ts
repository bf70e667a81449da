import { isMember } from '@flaghoist/core/audience';
import type { ApplyOutcome } from '@flaghoist/core/compare-and-set';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import type { CacheResult, ServiceCache } from '@flaghoist/core/ports/service-cache';
import { createAcknowledge } from './acknowledge.ts';
import { writeFor } from './cache-write.ts';
import type { MessageReader } from './message-reader.ts';
import { retryInPlace } from './retry-in-place.ts';

export interface ApplyMessagePorts {
  region: string;
  read: MessageReader;
  cache: Pick<ServiceCache, 'apply'>;
  acknowledgements: AcknowledgementLog;
  clock: Clock;
  random: Random;
  log: Logger;
}

/**
 * Puts one message into one service's cache and writes its acknowledgement line.
 *
 * @throws InvalidInputError, DigestMismatchError, RefusedByRulesError for a message that no cache may get
 * @throws UnavailableError when the cache stayed out of reach
 */
export const createApplyMessage = (ports: ApplyMessagePorts) => {
  const { region, read, cache, log } = ports;
  const acknowledge = createAcknowledge(ports);

  return async (service: string, body: string): Promise<ApplyOutcome> => {
    const message = read(body);
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
