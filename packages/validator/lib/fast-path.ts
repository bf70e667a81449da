import type { Envelope } from '@flaghoist/core/envelope';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import { regionNames, type Topology } from '@flaghoist/core/topology';

/**
 * How long a batch waits for the regions' topics once all of it is judged. It is not how long a region may take: what is on
 * its way goes on, and what does not arrive comes by replication.
 */
export const FAST_PATH_MS = 500;

export interface FastPath {
  /** Begins to send an accepted change to every region's topic, joining and draining regions too, and waits for none. */
  publish(envelope: Envelope, topology: Topology): void;
  /** Until all regions have taken everything, at most `FAST_PATH_MS`. */
  settled(): Promise<void>;
}

/**
 * The fast path of one batch. A region that swallows requests delays no acceptance: neither that of the next change of the
 * flag nor, for longer than the limit, that of the next batch. Nothing is repeated either: replication, the reliable path,
 * brings whatever a crash or a silent region has kept back.
 */
export const startFastPath = ({
  topic,
  clock,
  log,
}: {
  readonly topic: ChangeTopic;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}): FastPath => {
  const underWay: Promise<void>[] = [];
  return {
    publish: (envelope, topology) => {
      const { flagKey, change } = envelope;
      for (const region of regionNames(topology)) {
        underWay.push(
          topic.publish(region, envelope).catch((error: unknown) => {
            log.warn('region not reached on the fast path', { to: region, flagKey, changeId: change.id, error });
          }),
        );
      }
    },
    settled: async () => {
      if (underWay.length > 0) await Promise.race([Promise.all(underWay), clock.sleep(FAST_PATH_MS)]);
    },
  };
};
