import { isRetryable } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';

const ATTEMPTS = 3;
const SHORTEST_MS = 50;
const LONGEST_MS = 200;

interface Ports {
  clock: Clock;
  random: Random;
}

/**
 * Tries up to three times, 50 to 200 ms apart: a failover's short gap is bridged without a redelivery. The pause is
 * jittered, so that the messages of all services do not come back at once.
 *
 * @throws what the last attempt threw, or the first error that a retry cannot heal
 */
export const retryInPlace = async <T>({ clock, random }: Ports, attempt: () => Promise<T>): Promise<T> => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried === ATTEMPTS || !isRetryable(error)) throw error;
      await clock.sleep(SHORTEST_MS + Math.floor(random.next() * (LONGEST_MS - SHORTEST_MS)));
    }
  }
};
