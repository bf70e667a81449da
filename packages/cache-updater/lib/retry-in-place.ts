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
 * What to do once a first attempt has failed: two more, 50 to 200 ms apart. A failover's short gap is bridged without a
 * redelivery. The pause is jittered, so that the messages of all services do not come back at once.
 *
 * @param failure what the first attempt threw
 * @throws what the last attempt threw, or the first error that a retry cannot heal
 */
export const retryInPlace = async <T>(
  { clock, random }: Ports,
  failure: unknown,
  attempt: () => Promise<T>,
): Promise<T> => {
  let last = failure;
  for (let tried = 1; tried < ATTEMPTS && isRetryable(last); tried += 1) {
    await clock.sleep(SHORTEST_MS + Math.floor(random.next() * (LONGEST_MS - SHORTEST_MS)));
    try {
      return await attempt();
    } catch (error) {
      last = error;
    }
  }
  throw last;
};
