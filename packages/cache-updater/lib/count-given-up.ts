import type { Logger } from '@flaghoist/core/ports/logger';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { ServiceQueues } from '@flaghoist/core/ports/service-queues';

export interface CountGivenUpPorts {
  region: string;
  queues: Pick<ServiceQueues, 'givenUp'>;
  log: Logger;
  metrics: Metrics;
}

/** Whose queue a message came through, and how long it was there. */
interface Passed {
  readonly service: string;
  readonly queue: string;
  readonly ageMs: number;
}

/**
 * The warm-up comes through the queue of every service every few minutes: whoever gets it says how many messages that
 * service's dead letters hold. One metric serves hundreds of queues that way, and ends when a queue is no longer read.
 */
export const createCountGivenUp =
  ({ region, queues, log, metrics }: CountGivenUpPorts) =>
  async ({ service, queue, ageMs }: Passed): Promise<void> => {
    const letters = await queues.givenUp(service).catch((error: unknown) => {
      // The next warm-up counts them.
      log.warn('dead letters not counted', { region, service, error });
    });
    metrics.measure({ 'dead-letters': letters ?? undefined, 'queue-age': ageMs }, { service, queue });
  };
